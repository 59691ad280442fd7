package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A trace with one event of each kind. */
public final class SmallTrace {

  public static final TraceHeader HEADER =
      new TraceHeader("run", "6.18", "sort big.txt", 7, "auto", 1_000_000, 1_700_000_000_000L);

  private SmallTrace() {}

  public static ChangedRegions regions(long... bounds) {
    ChangedRegions regions = new ChangedRegions();
    for (int i = 0; i < bounds.length; i += 2) {
      regions.add(
          bounds[i],
          bounds[i + 1],
          Categories.WRITTEN,
          Categories.PRESENT,
          Categories.PRESENT | Categories.SWAPPED,
          "[heap]");
    }
    return regions;
  }

  public static List<TraceEvent> events() {
    MappedPart heap = new MappedPart(100, 200, "[heap]");
    MappedPart lower = new MappedPart(50, 60, "[anon]");
    return List.of(
        new TraceEvent.Tracked(7, "sort", "queue", false, 300),
        new TraceEvent.Begun(5),
        new TraceEvent.Round(
            7,
            1,
            1_000_000,
            RoundMethod.QUEUE,
            30,
            44_000,
            regions(100, 110, 112, 113, 150, 200),
            List.of(new ThreadShare(8, "worker", 61)),
            List.of(),
            List.of(heap, lower),
            Optional.of(List.of(lower, heap))),
        new TraceEvent.RegionsAhead(7, regions(100, 101)),
        new TraceEvent.Round(
            7,
            2,
            2_000_000,
            RoundMethod.SCAN_BY_CHOICE,
            300,
            50_000,
            regions(198, 199),
            List.of(),
            List.of(lower),
            List.of(),
            Optional.empty()),
        new TraceEvent.NotTracked(9, "", "ended before it was armed"),
        new TraceEvent.Ended(7, MemoryGoneException.Reason.ENDED));
  }

  public static byte[] bytes() {
    return bytes(events());
  }

  public static byte[] bytes(List<TraceEvent> events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TraceWriter writer = new TraceWriter(out, HEADER)) {
      for (TraceEvent event : events) {
        writer.write(event);
      }
      writer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Adds all that can be read, and throws what ends it too early. */
  public static void readInto(byte[] trace, List<String> told) throws IOException {
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(trace))) {
      for (Optional<TraceEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
        told.add(text(next.get()));
      }
    }
  }

  public static List<String> texts(List<TraceEvent> events) {
    return events.stream().map(SmallTrace::text).toList();
  }

  /** Regions have no equality of their own. */
  private static String text(TraceEvent event) {
    if (event instanceof TraceEvent.Round round) {
      return round.toString().replaceAll("regions=[^,]*", "") + text(round.regions());
    }
    return event instanceof TraceEvent.RegionsAhead ahead
        ? ahead.pid() + text(ahead.regions())
        : event.toString();
  }

  private static String text(ChangedRegions regions) {
    List<String> all = new ArrayList<>();
    regions.forEach(
        (start, end, changed, now, known, mapping) ->
            all.add(start + "-" + end + " " + changed + " " + now + " " + known + " " + mapping));
    return all.toString();
  }
}
