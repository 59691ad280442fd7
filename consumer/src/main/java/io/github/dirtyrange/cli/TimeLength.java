package io.github.dirtyrange.cli;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A length of time on the command line: a whole number of a unit, as {@code 200ms}.
 *
 * @param nanos how long, more than nothing
 */
record TimeLength(long nanos) {

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,18})(us|ms|s|m|h)");
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
    // What does not fit is Long.MAX_VALUE, 292 years.
    long nanos = unit.toNanos(Long.parseLong(matcher.group(1)));
    if (nanos == 0 || nanos == Long.MAX_VALUE) {
      throw notATime(text);
    }
    return new TimeLength(nanos);
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
