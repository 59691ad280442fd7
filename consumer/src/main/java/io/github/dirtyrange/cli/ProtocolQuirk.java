package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.explore.Explorer;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Finds a quirk of the queue's protocol by its name, in small letters with hyphens. */
final class ProtocolQuirk implements ITypeConverter<Quirk> {

  @Override
  public Quirk convert(String text) {
    return Explorer.QUIRKS.stream()
        .filter(quirk -> name(quirk).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not a quirk of the protocol; there are " + names()));
  }

  /** {@return what a quirk is called on the command line} */
  static String name(Quirk quirk) {
    return quirk.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String names() {
    return Explorer.QUIRKS.stream().map(ProtocolQuirk::name).collect(Collectors.joining(", "));
  }
}
