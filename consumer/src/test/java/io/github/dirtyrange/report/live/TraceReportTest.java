package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceReportTest {

  private static final List<MappedPart> HEAP = List.of(new MappedPart(100, 200, "[heap]"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final TraceReport report = new TraceReport(out, SmallTrace.HEADER);

  private List<TraceEvent> read() throws Exception {
    List<TraceEvent> events = new ArrayList<>();
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(out.toByteArray()))) {
      for (Optional<TraceEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
        events.add(next.get());
      }
    }
    return events;
  }

  @Test
  void everythingThatHappensIsInIt() throws Exception {
    report.tracked(Rounds.target(), false);
    report.startedBefore(3);
    report.round(Rounds.target(), Rounds.of(SmallTrace.regions(100, 102), HEAP));
    report.notTracked(9, "q", "why");
    report.ended(Rounds.target(), MemoryGoneException.Reason.ENDED);
    report.finished();
    assertThat(read())
        .hasExactlyElementsOfTypes(
            TraceEvent.Tracked.class,
            TraceEvent.Begun.class,
            TraceEvent.Round.class,
            TraceEvent.NotTracked.class,
            TraceEvent.Ended.class);
  }

  /** Mappings are many and change seldom. */
  @Test
  void mappingsAreWrittenWhereTheyChange() throws Exception {
    report.tracked(Rounds.target(), false);
    report.round(Rounds.target(), Rounds.of(SmallTrace.regions(), HEAP));
    report.round(Rounds.target(), Rounds.of(SmallTrace.regions(), HEAP));
    report.round(Rounds.target(), Rounds.of(SmallTrace.regions(), List.of()));
    report.tracked(Rounds.target(), true);
    report.round(Rounds.target(), Rounds.of(SmallTrace.regions(), List.of()));
    report.finished();
    assertThat(read())
        .filteredOn(TraceEvent.Round.class::isInstance)
        .extracting(event -> ((TraceEvent.Round) event).writable())
        .containsExactly(
            Optional.of(HEAP), Optional.empty(), Optional.of(List.of()), Optional.of(List.of()));
  }
}
