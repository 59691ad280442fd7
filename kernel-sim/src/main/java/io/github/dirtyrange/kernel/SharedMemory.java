package io.github.dirtyrange.kernel;

import java.nio.ByteBuffer;

/**
 * The shared memory behind a mapping, read past the page table of the process that maps it: what
 * others wrote is there, whether the process touched it or not, and no hole is filled by a look.
 *
 * <p>Pages are numbered as in the mapping. Not safe for use by several threads.
 */
public interface SharedMemory extends AutoCloseable {

  /**
   * {@return the page behind the last one that there is, in the mapping or not} What is mapped
   * behind it cannot be read: the memory was made shorter (SIGBUS).
   */
  long endVpn();

  /** {@return the first page from one on that holds something, {@code endVpn} if there is none} */
  long nextData(long vpn, long endVpn);

  /** {@return the first page from one on that holds nothing, {@code endVpn} if there is none} */
  long nextHole(long vpn, long endVpn);

  /**
   * Reads pages to the end of {@code into}, a direct buffer.
   *
   * @return how many were read; fewer where the memory ends (it was made shorter than its mapping)
   */
  int read(long startVpn, int count, ByteBuffer into);

  @Override
  void close();
}
