package io.github.dirtyrange.linux;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/** How much a terminal holds. */
public final class TerminalSize {

  private static final int WINSIZE_BYTES = 8;
  private static final int WS_ROW = 0;
  private static final int WS_COL = 2;

  private TerminalSize() {}

  /** {@return the columns of a terminal; 0 where it does not say, or the descriptor is of none} */
  public static int columns(int descriptor) {
    return number(descriptor, WS_COL);
  }

  /** {@return the lines of a terminal; 0 where it does not say, or the descriptor is of none} */
  public static int lines(int descriptor) {
    return number(descriptor, WS_ROW);
  }

  private static int number(int descriptor, int offset) {
    ByteBuffer winsize = Sys.struct(WINSIZE_BYTES);
    int refused = Sys.libc().ioctl(descriptor, Abi.TIOCGWINSZ, Sys.address(winsize));
    return refused != 0 ? 0 : Short.toUnsignedInt(winsize.getShort(offset));
  }
}
