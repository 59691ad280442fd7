package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.Comparison;
import java.io.PrintWriter;
import java.io.Writer;

/** A line on the terminal that says what is being done, and is gone when it is done. */
final class ProgressLine implements Comparison.Progress {

  private static final int STANDARD_ERROR = 2;
  private static final String ERASE = "\r\033[K";

  private final PrintWriter terminal;

  private ProgressLine(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /** {@return a line on standard error, which stays silent unless that is a terminal} */
  static ProgressLine on(PrintWriter standardError) {
    return new ProgressLine(
        Terminal.is(STANDARD_ERROR) ? standardError : new PrintWriter(Writer.nullWriter()));
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
}
