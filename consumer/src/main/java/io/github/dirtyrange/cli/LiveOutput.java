package io.github.dirtyrange.cli;

import io.github.dirtyrange.linux.OutputPipe;
import io.github.dirtyrange.linux.TerminalSize;
import io.github.dirtyrange.report.live.HeatMap;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a command that goes on and on writes to, and whether anybody still reads it.
 *
 * @param writer what to write with
 * @param descriptor the standard stream behind it, or -1 for a file
 */
record LiveOutput(PrintWriter writer, int descriptor) {

  static final int STANDARD_OUTPUT = 1;
  static final int STANDARD_ERROR = 2;

  private static final int FILE = -1;

  /** {@return a file as the output, which is made or emptied when something is written} */
  static LiveOutput file(Path path) {
    OutputStream file = OutputFile.open("--output", path);
    return new LiveOutput(new PrintWriter(file, true, StandardCharsets.UTF_8), FILE);
  }

  /** {@return whether it cannot be written, or nobody reads it any more} */
  boolean isUnread() {
    return writer.checkError() || (descriptor != FILE && OutputPipe.isAbandoned(descriptor));
  }

  /**
   * {@return whether a file took less than was written} Of a standard stream the program itself
   * finds that out.
   */
  boolean isFileCutShort() {
    return descriptor == FILE && writer.checkError();
  }

  /** {@return whether somebody looks at it on a terminal with room for a map} */
  boolean hasRoomForAMap() {
    return descriptor != FILE
        && Terminal.is(descriptor)
        && !"dumb".equals(System.getenv("TERM"))
        && suffices(TerminalSize.columns(descriptor), HeatMap.TERMINAL_COLUMNS)
        && suffices(TerminalSize.lines(descriptor), HeatMap.TERMINAL_LINES);
  }

  /** A terminal that does not say how large it is has room. */
  private static boolean suffices(int size, int least) {
    return size == 0 || size >= least;
  }
}
