package io.github.dirtyrange.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A size on the command line, as everybody writes them: {@code 64G} and {@code 64GiB} are 64 times
 * 2<sup>30</sup> bytes, {@code 64GB} is 64 times 10<sup>9</sup>; with or without a fraction, in
 * capital letters or small ones. A part of a byte counts as one.
 *
 * @param bytes the size, at least 1
 */
record ByteSize(long bytes) {

  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)(?:([kmgt])(i?b?)|b)?");
  private static final String PREFIXES = "kmgt";
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** {@return the size that a text means} Throws {@link TypeConversionException} if none. */
  static ByteSize parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw notASize(text);
    }
    BigDecimal bytes = new BigDecimal(matcher.group(1));
    if (matcher.group(2) != null) {
      long step = matcher.group(3).equals("b") ? 1000 : 1024;
      int power = 1 + PREFIXES.indexOf(matcher.group(2));
      bytes = bytes.multiply(BigDecimal.valueOf(step).pow(power));
    }
    bytes = bytes.setScale(0, RoundingMode.CEILING);
    if (bytes.signum() == 0 || bytes.compareTo(MOST) > 0) {
      throw notASize(text);
    }
    return new ByteSize(bytes.longValueExact());
  }

  private static TypeConversionException notASize(String text) {
    return new TypeConversionException(
        "'" + text + "' is not a size; write bytes, or as in 8GiB, 8G (the same), 8GB or 1.5MiB");
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      return parse(text);
    }
  }
}
