package io.github.dirtyrange.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Addresses on the command line, as /proc/PID/maps writes them: {@code 7f00-7f80}, hexadecimal,
 * with 0x or without.
 *
 * @param start the first, unsigned
 * @param end behind the last one, unsigned
 */
record AddressRange(long start, long end) {

  private static final String HEX = "(?:0[xX])?([0-9a-fA-F]{1,16})";
  private static final Pattern SYNTAX = Pattern.compile(HEX + "-" + HEX);

  /** {@return the range that a text means} Throws {@link TypeConversionException} if none. */
  static AddressRange parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a range of addresses; write it as in 7f1200000000-7f1200021000");
    }
    long start = Long.parseUnsignedLong(matcher.group(1), 16);
    long end = Long.parseUnsignedLong(matcher.group(2), 16);
    if (Long.compareUnsigned(start, end) >= 0) {
      throw new TypeConversionException("'" + text + "' has no byte: its end is not behind");
    }
    return new AddressRange(start, end);
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<AddressRange> {
    @Override
    public AddressRange convert(String text) {
      return parse(text);
    }
  }
}
