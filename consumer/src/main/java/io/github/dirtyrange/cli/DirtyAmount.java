package io.github.dirtyrange.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How much to write in a round: so many pages, or a share of the mapped ones.
 *
 * @param number pages, or percent
 * @param percent whether the number is a share
 */
record DirtyAmount(BigDecimal number, boolean percent) {

  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,10})|([0-9]{1,3}(?:\\.[0-9]{1,9})?)%");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** {@return the amount that a text means} Throws {@link TypeConversionException} if none. */
  static DirtyAmount parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw notAnAmount(text);
    }
    boolean percent = matcher.group(1) == null;
    BigDecimal number = new BigDecimal(percent ? matcher.group(2) : matcher.group(1));
    if (percent && number.compareTo(HUNDRED) > 0) {
      throw notAnAmount(text);
    }
    return new DirtyAmount(number, percent);
  }

  /**
   * {@return the pages out of so many mapped ones; a share is rounded down, but to one at least
   * unless it is none}
   */
  long pagesOf(long mappedPages) {
    if (!percent || number.signum() == 0) {
      return number.longValueExact();
    }
    BigDecimal pages = number.multiply(BigDecimal.valueOf(mappedPages));
    return Math.max(1, pages.divide(HUNDRED, RoundingMode.DOWN).longValue());
  }

  private static TypeConversionException notAnAmount(String text) {
    return new TypeConversionException(
        "'" + text + "' is not an amount; write pages, as in 1000, or a share, as in 2.5%");
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<DirtyAmount> {
    @Override
    public DirtyAmount convert(String text) {
      return parse(text);
    }
  }
}
