package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line on the terminal that says what is being done, and is gone when it is done. */
final class ProgressLine implements Comparison.Progress {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final String ERASE = "\r\033[K";

  private final PrintWriter terminal;

  private ProgressLine(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /** {@return a line on standard error, which stays silent unless that is a terminal} */
  static ProgressLine on(PrintWriter standardError) {
    return new ProgressLine(isTerminal() ? standardError : new PrintWriter(Writer.nullWriter()));
  }

  /** Says what is being done. */
  void show(String what) {
    terminal.print(ERASE + what);
    terminal.flush();
  }

  @Override
  public void round(int round, int rounds) {
    show("round " + (round + 1) + " of " + rounds);
  }

  /** Takes the line away. */
  void erase() {
    terminal.print(ERASE);
    terminal.flush();
  }

  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
