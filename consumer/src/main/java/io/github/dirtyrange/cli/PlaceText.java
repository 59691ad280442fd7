package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.live.Place;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A place in a process on the command line: {@code A-B}, addresses as /proc/PID/maps has them, or
 * the name of a mapping.
 */
final class PlaceText implements ITypeConverter<Place> {

  private static final Pattern RANGE =
      Pattern.compile("(?:0x)?([0-9a-fA-F]{1,16})-(?:0x)?([0-9a-fA-F]{1,16})");

  @Override
  public Place convert(String text) {
    Matcher range = RANGE.matcher(text);
    if (range.matches()) {
      return addresses(text, range);
    }
    if (text.isEmpty()) {
      throw new TypeConversionException("'' names no mapping; write A-B, or a name as in [heap]");
    }
    return new Place.Named(text);
  }

  /** Pages that are begun count whole. */
  private static Place addresses(String text, Matcher range) {
    long start = Long.parseUnsignedLong(range.group(1), 16);
    long end = Long.parseUnsignedLong(range.group(2), 16);
    long most = Pages.address(TrackedRanges.USER_END_VPN);
    if (start >= 0 && end > most && start < end) {
      throw new TypeConversionException(
          "'"
              + text
              + "' goes beyond a process's addresses, which end at "
              + Long.toHexString(most));
    }
    if (start < 0 || end <= start) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no range of addresses of a process; write A-B in hexadecimal with A below B");
    }
    return new Place.Addresses(new PageRange(Pages.vpn(start), Pages.count(end)));
  }
}
