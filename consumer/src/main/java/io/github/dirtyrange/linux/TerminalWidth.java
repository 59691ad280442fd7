package io.github.dirtyrange.linux;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/** How much a line of a terminal holds. */
public final class TerminalWidth {

  private static final int WINSIZE_BYTES = 8;
  private static final int WS_COL = 2;

  private TerminalWidth() {}

  /** {@return the columns of a terminal; 0 where it does not say, or the descriptor is of none} */
  public static int columns(int descriptor) {
    ByteBuffer winsize = Sys.struct(WINSIZE_BYTES);
    int refused = Sys.libc().ioctl(descriptor, Abi.TIOCGWINSZ, Sys.address(winsize));
    return refused != 0 ? 0 : Short.toUnsignedInt(winsize.getShort(WS_COL));
  }
}
