package io.github.dirtyrange.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A length of time on the command line: a number of a unit, as {@code 200ms} or {@code 1.5s}.
 *
 * @param nanos how long, more than nothing
 */
record TimeLength(long nanos) {

  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,18}(?:[.][0-9]{1,9})?)(us|ms|s|m|h)");
  private static final List<String> UNITS = List.of("us", "ms", "s", "m", "h");
  private static final List<TimeUnit> TIME_UNITS =
      List.of(
          TimeUnit.MICROSECONDS,
          TimeUnit.MILLISECONDS,
          TimeUnit.SECONDS,
          TimeUnit.MINUTES,
          TimeUnit.HOURS);

  /** {@return the time that a text means} Throws {@link TypeConversionException} if none. */
  static TimeLength parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw notATime(text);
    }
    TimeUnit unit = TIME_UNITS.get(UNITS.indexOf(matcher.group(2)));
    BigInteger nanos =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(unit.toNanos(1)))
            .toBigInteger();
    // A long holds 292 years.
    if (nanos.signum() == 0 || nanos.bitLength() >= Long.SIZE) {
      throw notATime(text);
    }
    return new TimeLength(nanos.longValue());
  }

  private static TypeConversionException notATime(String text) {
    return new TypeConversionException(
        "'" + text + "' is not a length of time; write us, ms, s, m or h as in 200ms, 1s, 2m");
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<TimeLength> {
    @Override
    public TimeLength convert(String text) {
      return parse(text);
    }
  }
}
