package io.github.dirtyrange.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A size on the command line: a whole number of bytes, or of a binary unit such as {@code 8GiB}.
 *
 * @param bytes the size, at least 1
 */
record ByteSize(long bytes) {

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,18})(B|KiB|MiB|GiB|TiB)?");
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  /** {@return the size that a text means} Throws {@link TypeConversionException} if none. */
  static ByteSize parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw notASize(text);
    }
    long number = Long.parseLong(matcher.group(1));
    int shift = matcher.group(2) == null ? 0 : 10 * UNITS.indexOf(matcher.group(2));
    long bytes = number << shift;
    if (number == 0 || bytes >> shift != number) {
      throw notASize(text);
    }
    return new ByteSize(bytes);
  }

  private static TypeConversionException notASize(String text) {
    return new TypeConversionException(
        "'" + text + "' is not a size; write bytes, or KiB, MiB, GiB or TiB as in 8GiB");
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      return parse(text);
    }
  }
}
