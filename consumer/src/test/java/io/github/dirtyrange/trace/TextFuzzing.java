package io.github.dirtyrange.trace;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What holds of every text: it is refused in a line, or makes rounds that can be written. */
final class TextFuzzing {

  private static final RoundCut CUT = new RoundCut(OptionalLong.of(1000), OptionalLong.of(3));

  private TextFuzzing() {}

  static void check(byte[] input, TextFormat format) throws IOException {
    List<TraceEvent> rounds = new ArrayList<>();
    try (TextTrace trace = TextTrace.open(() -> new ByteArrayInputStream(input), format, CUT)) {
      for (Optional<TraceEvent> next = trace.next(); next.isPresent(); next = trace.next()) {
        rounds.add(next.get());
      }
    } catch (TraceException refused) {
      String why = String.valueOf(refused.getMessage());
      if (!why.matches("line [0-9]+: .*|it is cut: line [0-9]+ has no end")) {
        throw new AssertionError("no line with a number", refused);
      }
      if (!why.startsWith("it is cut")) {
        return;
      }
    }
    List<String> again = new ArrayList<>();
    SmallTrace.readInto(SmallTrace.bytes(rounds), again);
    if (!again.equals(SmallTrace.texts(rounds))) {
      throw new AssertionError(again + " of " + rounds);
    }
  }
}
