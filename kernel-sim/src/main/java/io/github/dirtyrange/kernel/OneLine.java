package io.github.dirtyrange.kernel;

import java.util.regex.Pattern;

/** Texts of a file or a machine that somebody else may have made, as a terminal can show them. */
public final class OneLine {

  /** Ends of lines, and what moves the cursor, colours, or turns the direction of writing. */
  private static final Pattern UNSHOWABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  private OneLine() {}

  /** {@return a text with a question mark for each character that is not to be shown} */
  public static String of(String text) {
    return UNSHOWABLE.matcher(text).replaceAll("?");
  }
}
