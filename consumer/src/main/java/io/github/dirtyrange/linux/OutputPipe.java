package io.github.dirtyrange.linux;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/** The end of a pipe that this process writes into. */
public final class OutputPipe {

  private static final int POLLFD_BYTES = 8;
  private static final int REVENTS = 6;

  private OutputPipe() {}

  /**
   * {@return whether a descriptor is that of a pipe, or socket, from which nobody reads any more}
   * Nothing is written to find out.
   */
  public static boolean isAbandoned(int descriptor) {
    ByteBuffer pollfd = Sys.struct(POLLFD_BYTES).putInt(0, descriptor);
    return Sys.libc().poll(pollfd, 1, 0) > 0 && (pollfd.getShort(REVENTS) & Abi.POLLERR) != 0;
  }
}
