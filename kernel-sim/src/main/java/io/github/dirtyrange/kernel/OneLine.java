package io.github.dirtyrange.kernel;

/** What a file or a machine says, as it may go to a terminal. */
public final class OneLine {

  private OneLine() {}

  /** {@return the text on one line, with nothing that a terminal would obey} */
  public static String of(String text) {
    return text.replaceAll("\\p{C}", "?");
  }
}
