package io.github.dirtyrange.retrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.retrace.result.RetraceResult;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceReader;
import io.github.dirtyrange.track.Strategy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each block stands for itself: that one is missing is seen from those around it alone. */
class TraceOrderTest {

  private static RetraceResult replayed(List<TraceEvent> events) throws IOException {
    RetracePlan plan =
        new RetracePlan(
            Profile.V7_3,
            CostModel.defaults(),
            List.of(new Contender(Strategy.QUEUE, Optional.empty())),
            64L << 20,
            OptionalInt.empty());
    byte[] trace = SmallTrace.bytes(events);
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(trace))) {
      return Retrace.run(reader, plan);
    }
  }

  /**
   * Events in short: T7 is that process 7 is tracked, X7 that it executed another program, 1 and 2
   * its rounds, R and S regions ahead of one, E7 its end, N7 that it is not tracked, 8 a first
   * round of process 8.
   */
  private static List<TraceEvent> events(String inShort) {
    List<TraceEvent> events = new ArrayList<>();
    for (String each : inShort.split(" ", -1)) {
      events.add(event(each));
    }
    return events;
  }

  private static TraceEvent event(String inShort) {
    int pid = inShort.endsWith("8") ? 8 : 7;
    return switch (inShort.charAt(0)) {
      case 'T' -> new TraceEvent.Tracked(pid, "it", "queue", false, 50);
      case 'X' -> new TraceEvent.Tracked(pid, "other", "queue", true, 50);
      case 'R' -> new TraceEvent.RegionsAhead(pid, SmallTrace.regions(1000, 1010));
      case 'S' -> new TraceEvent.RegionsAhead(pid, SmallTrace.regions(1011, 1012));
      case 'E' -> new TraceEvent.Ended(pid, Reason.ENDED);
      case 'N' -> new TraceEvent.NotTracked(pid, "it", "why");
      case '8' -> round(pid, 1, 1);
      default -> round(pid, Long.parseLong(inShort), Long.parseLong(inShort));
    };
  }

  private static TraceEvent round(int pid, long number, long nanos) {
    return new TraceEvent.Round(
        pid,
        number,
        nanos,
        RoundMethod.QUEUE,
        1,
        1,
        SmallTrace.regions(1020, 1021),
        List.of(),
        List.of(),
        List.of(),
        Optional.of(List.of(new MappedPart(1000, 1100, "[heap]"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T7 1 2 3",
        "T7 1 2 E7",
        "T7 R S 1 R 2",
        "T7 1 X7 1 2 X7 X7 1 E7",
        "T7 1 T8 8 2 E8 3 E7",
        "T7 1 N8 2",
        "T7 N7 1 2 E7",
        "T7 1 E7 T7 1 E7",
        "T7 1 N7 T7 1"
      })
  void aTraceThatIsWholeIsReplayedToItsEnd(String whole) throws IOException {
    RetraceResult result = replayed(events(whole));
    assertThat(result.cut()).isEmpty();
    assertThat(result.rounds()).isEqualTo(whole.chars().filter(c -> "123".indexOf(c) >= 0).count());
  }

  @ParameterizedTest
  @CsvSource({
    // Lost in the middle, doubled, exchanged.
    "T7 1 3, has round 3 behind round 1, 1",
    "T7 1 2 2 3, has round 2 behind round 2, 2",
    "T7 3 2 1, has round 3 first, 0",
    "T7 1 2 1, has round 1 behind round 2, 2",
    "T7 1 2 9223372036854775807, has round 9223372036854775807 behind round 2, 2",
    // Lost where it begins to be tracked.
    "1 2, 'is not tracked, and has round 1', 0",
    "R 1, 'is not tracked, and has regions', 0",
    "X7 1, 'is not tracked, and executes another program', 0",
    "E7, 'is not tracked, and ends', 0",
    "T8 8 1, 'is not tracked, and has round 1', 1",
    // Behind its end.
    "T7 1 E7 2, 'is not tracked, and has round 2', 1",
    "T7 1 E7 R, 'is not tracked, and has regions', 1",
    "T7 1 E7 E7, 'is not tracked, and ends', 1",
    "T7 1 E7 X7 1, 'is not tracked, and executes another program', 1",
    // Its end is lost, or where it begins is there twice.
    "T7 1 T7 1, 'is tracked already, and begins to be tracked', 1",
    "T7 T7 1, 'is tracked already, and begins to be tracked', 0",
    // The round behind its regions is lost.
    "T7 1 R, 'has some regions of round 2, and no round 2', 1",
    "T7 1 R E7, 'has some regions of round 2, and no round 2', 1",
    "T7 1 R X7 1, 'has some regions of round 2, and no round 2', 1"
  })
  void whatCannotFollowIsDamage(String damaged, String why, long whole) throws IOException {
    RetraceResult result = replayed(events(damaged));
    assertThat(result.cut()).contains("it is damaged: process 7 " + why);
    assertThat(result.rounds()).isEqualTo(whole);
  }

  /** Nothing that a trace says behind its damage is believed, of whomever that is. */
  @ParameterizedTest
  @CsvSource({
    "T7 1 8 2, 'is not tracked, and has round 1', 1",
    "T7 1 T8 T8 2, 'is tracked already, and begins to be tracked', 1",
    "T7 1 T8 8 8 2, has round 1 behind round 1, 1",
    "T7 1 T8 R8 2, 'has some regions of round 1, and no round 1', 2"
  })
  void theDamageOfAnotherProcessEndsAReplay(String damaged, String why, long whole)
      throws IOException {
    RetraceResult result = replayed(events(damaged));
    assertThat(result.cut()).contains("it is damaged: process 8 " + why);
    assertThat(result.rounds()).isEqualTo(whole);
  }

  @Test
  void timeThatGoesBackIsDamage() throws IOException {
    RetraceResult result =
        replayed(List.of(event("T7"), round(7, 1, 500), round(7, 2, 499), round(7, 3, 501)));
    assertThat(result.cut())
        .contains(
            "it is damaged: process 7 has round 2, which ends at 499 ns, behind round 1, which ends"
                + " at 500 ns");
    assertThat(result.rounds()).isEqualTo(1);
  }
}
