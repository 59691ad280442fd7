package io.github.dirtyrange.inspect;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What to search memory for: bytes, each taken for the character of its number (ISO-8859-1).
 *
 * @param pattern to be found; what it matches is cut to the longest length
 * @param longest so many bytes a match has at most
 * @param around so many bytes the pattern sees before a match, and behind it
 * @param covering so many bytes a match may have that lies over another one; 0 where all are as
 *     long
 */
public record SearchPattern(Pattern pattern, int longest, int around, int covering) {

  /** A match of a regular expression has so many bytes at most, and nothing searched for more. */
  public static final int MOST_BYTES = 4096;

  private static final int LAST_BYTE = 0xff;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they are negative, or no match may have a byte
   */
  public SearchPattern {
    if (longest < 1 || around < 0 || covering < 0) {
      throw new IllegalArgumentException(
          "longest " + longest + ", around " + around + ", covering " + covering);
    }
  }

  /**
   * {@return a search for a text, in UTF-8}
   *
   * @throws IllegalArgumentException as {@link #bytes}
   */
  public static SearchPattern text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@return a search for bytes}
   *
   * @throws IllegalArgumentException if there is none, or more than {@link #MOST_BYTES}
   */
  public static SearchPattern bytes(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("there is nothing to search for");
    }
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "it has " + bytes.length + " bytes; at most " + MOST_BYTES + " can be searched for");
    }
    String each = new String(bytes, StandardCharsets.ISO_8859_1);
    Pattern pattern = Pattern.compile(each, Pattern.LITERAL);
    return new SearchPattern(pattern, bytes.length, 0, 0);
  }

  /**
   * {@return a search for what a regular expression matches} A dot is any byte. Matches have at
   * most {@link #MOST_BYTES}, and what is looked for around them lies that near.
   *
   * @throws IllegalArgumentException if it is none, or names a character that is no byte
   */
  public static SearchPattern regex(String regex) {
    if (regex.chars().anyMatch(each -> each > LAST_BYTE)) {
      throw new IllegalArgumentException(
          "it has a character beyond \\xff; write its bytes, as in \\xc3\\xa9");
    }
    try {
      Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
      return new SearchPattern(pattern, MOST_BYTES, MOST_BYTES, MOST_BYTES);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          e.getDescription() + " at character " + (e.getIndex() + 1), e);
    }
  }
}
