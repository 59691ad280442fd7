package io.github.dirtyrange.saved;

import java.nio.ByteBuffer;

/** Reads pages of saved memory, wherever their bytes are. For one thread. */
public interface SavedReader {

  /** A page whose bytes are nowhere, or of which nobody knows where. */
  long NOWHERE = -1;

  /**
   * Reads a page.
   *
   * @param vpn which one
   * @param into where its bytes go, if they are known; else nothing does
   * @return what it is, never {@link PageClass#PARENT}: of a page unchanged since the parent, what
   *     the parent says
   * @throws SavedException if nothing is mapped there, or what the page needs is missing or damaged
   * @throws IllegalArgumentException if the buffer has no room for a page
   */
  PageClass read(long vpn, ByteBuffer into) throws SavedException;

  /**
   * {@return a number for where the page's bytes are; {@link #NOWHERE} if they are not stored} In
   * one directory, two pages whose bytes are in one place are equal, and need not be read to be
   * compared. Costs no read of the disk.
   *
   * @throws SavedException as {@link #read}, as far as that is known without reading
   */
  long place(long vpn) throws SavedException;
}
