package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.saved.SavedFault;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of verifying saved memory. */
public final class VerifyReport {

  private VerifyReport() {}

  /** {@return a line for each fault, and one with figures} */
  public static String text(VerifyResult result) {
    StringBuilder text = new StringBuilder();
    for (SavedFault fault : result.faults()) {
      text.append(OneLine.of(fault.sentence())).append('\n');
    }
    String looked =
        Units.count(result.memories(), "generation")
            + ", "
            + Units.count(result.storedPages(), "stored page")
            + " ("
            + Units.bytes(result.storedBytes())
            + ")\n";
    return text.append(
            result.isWhole() ? "whole: " : Units.count(result.faults().size(), "fault") + "; ")
        .append(looked)
        .toString();
  }

  /** {@return the same as one JSON object} */
  public static String json(VerifyResult result) {
    return SavedJson.render(
        new Report(
            result.isWhole(),
            result.memories(),
            result.storedPages(),
            result.storedBytes(),
            result.faults().stream().map(VerifyReport::part).toList()));
  }

  private static FaultPart part(SavedFault fault) {
    return new FaultPart(
        fault.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        SavedJson.orNull(fault.number()),
        SavedJson.orNull(fault.id().map(Object::toString)),
        fault.mapping().isEmpty() ? null : fault.mapping(),
        fault.vpn().isPresent() ? Addresses.hex(fault.vpn().getAsLong()) : null,
        fault.sentence());
  }

  private record Report(
      boolean whole,
      long generations,
      long storedPages,
      long storedBytes,
      List<FaultPart> faults) {}

  private record FaultPart(
      String kind,
      @Nullable Long generation,
      @Nullable String id,
      @Nullable String mapping,
      @Nullable String page,
      String sentence) {}
}
