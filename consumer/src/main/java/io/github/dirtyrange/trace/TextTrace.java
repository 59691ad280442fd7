package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveTotals;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trace made of the text of another program. The text is read twice: first for what is mapped,
 * which such texts do not say. Rounds in which nothing is written are left out.
 */
public final class TextTrace implements TraceSource {

  /** 64 GiB, for which some 256 MiB of heap are needed. */
  private static final int MOST_PAGES = 1 << 24;

  /** What lies between two written pages is taken for mapped if it is shorter: 2 MiB. */
  private static final int MOST_GAP = 512;

  private static final int MOST_THREADS = 1 << 16;

  /** All lines are taken for one process, whatever its number was. */
  private static final int PID = 0;

  private static final String MAPPING = "[unknown]";

  private final TextFormat format;
  private final RoundCut cut;
  private final WriteReader writes;
  private Optional<List<MappedPart>> mapped;
  private final LongOpenHashSet pages = new LongOpenHashSet();
  private final Map<Integer, ThreadShare> threads = new HashMap<>();
  private Optional<Write> next;
  private long begin;
  private long now;
  private long roundBegin;
  private long number;
  private long written;
  private boolean begun;
  private boolean over;

  private TextTrace(TextFormat format, RoundCut cut, List<MappedPart> mapped, InputStream in)
      throws IOException {
    this.format = format;
    this.cut = cut;
    this.mapped = Optional.of(mapped);
    writes = new WriteReader(in, format);
    next = writes.next();
    begin = next.map(Write::nanos).orElse(0L);
    now = begin;
    roundBegin = begin;
  }

  /** Opens a text anew. */
  @FunctionalInterface
  public interface Text {
    /** {@return it, from its beginning} */
    InputStream open() throws IOException;
  }

  /**
   * Begins to read a text.
   *
   * @throws TraceException if it tells of no write, or of one that cannot be
   */
  public static TextTrace open(Text text, TextFormat format, RoundCut cut) throws IOException {
    List<MappedPart> mapped = mapped(text, format);
    return new TextTrace(format, cut, mapped, text.open());
  }

  /**
   * {@return of which format a text is, by its first lines}
   *
   * @throws TraceException if it is of none
   */
  public static TextFormat formatOf(Text text) throws IOException {
    TraceException first = null;
    for (TextFormat format : TextFormat.values()) {
      try (WriteReader reader = new WriteReader(text.open(), format)) {
        if (reader.next().isPresent()) {
          return format;
        }
        first = first == null ? unknown(reader) : first;
      }
    }
    throw first == null ? new TraceException("it is empty") : first;
  }

  private static TraceException unknown(WriteReader reader) {
    if (reader.lineNumber() == 0) {
      return new TraceException("it is empty");
    }
    if (reader.firstPassedOver() == 0 && reader.isCut()) {
      return new TraceException(
          "it is cut: line "
              + reader.lineNumber()
              + " has no end, and no write of perf script or lackey is before it");
    }
    return new TraceException(
        "line "
            + Math.max(1, reader.firstPassedOver())
            + " is none of a trace, of perf script's page faults, or of lackey's stores, nor is any"
            + " other");
  }

  private static List<MappedPart> mapped(Text text, TextFormat format) throws IOException {
    LongOpenHashSet all = new LongOpenHashSet();
    try (WriteReader reader = new WriteReader(text.open(), format)) {
      for (Optional<Write> write = reader.next(); write.isPresent(); write = reader.next()) {
        addPages(write.get(), all);
        if (all.size() > MOST_PAGES) {
          throw new TraceException(
              "line " + reader.lineNumber() + ": more than 64 GiB are written by now");
        }
      }
    }
    List<MappedPart> parts = new ArrayList<>();
    ranges(all, MOST_GAP, (start, end) -> parts.add(new MappedPart(start, end, MAPPING)));
    return parts;
  }

  private static void addPages(Write write, LongOpenHashSet pages) {
    for (long vpn = write.startVpn(); vpn < write.endVpn(); vpn++) {
      pages.add(vpn);
    }
  }

  @FunctionalInterface
  private interface RangeVisitor {
    void range(long startVpn, long endVpn);
  }

  private static void ranges(LongOpenHashSet pages, int mostGap, RangeVisitor visitor) {
    long[] sorted = pages.toLongArray();
    Arrays.sort(sorted);
    int at = 0;
    while (at < sorted.length) {
      long start = sorted[at];
      long end = start + 1;
      while (++at < sorted.length && sorted[at] - end <= mostGap) {
        end = sorted[at] + 1;
      }
      visitor.range(start, end);
    }
  }

  @Override
  public TraceHeader header() {
    long interval = cut.nanos().orElse(0);
    return new TraceHeader(format.origin(), "", format.origin(), PID, "", interval, 0);
  }

  /** {@return how many lines meant nothing, as far as it was read} */
  public long passedOver() {
    return writes.passedOver();
  }

  /** {@return the number of the first of them, 0 if there was none} */
  public long firstPassedOver() {
    return writes.firstPassedOver();
  }

  @Override
  public Optional<TraceEvent> next() throws IOException {
    if (over) {
      return Optional.empty();
    }
    if (!begun) {
      begun = true;
      return Optional.of(new TraceEvent.Tracked(PID, format.origin(), "", false, 0));
    }
    over = true;
    if (next.isEmpty()) {
      requireUncut();
      return Optional.empty();
    }
    while (next.isPresent() && !cut.isOver(next.get().nanos() - roundBegin, written)) {
      take(next.get());
      next = writes.next();
    }
    over = false;
    return Optional.of(round());
  }

  private void requireUncut() throws TraceException {
    if (writes.isCut()) {
      throw new TraceException("it is cut: line " + writes.lineNumber() + " has no end");
    }
  }

  private void take(Write write) throws TraceException {
    addPages(write, pages);
    written++;
    now = Math.max(now, write.nanos());
    if (write.tid() > 0) {
      ThreadShare one = new ThreadShare(write.tid(), write.name(), 1);
      threads.merge(
          write.tid(), one, (a, b) -> new ThreadShare(a.tid(), b.name(), a.pages() + b.pages()));
      if (threads.size() > MOST_THREADS) {
        throw new TraceException(
            "line " + writes.lineNumber() + ": more than " + MOST_THREADS + " threads in a round");
      }
    }
  }

  private TraceEvent round() {
    ChangedRegions regions = new ChangedRegions();
    ranges(
        pages,
        0,
        (start, end) ->
            regions.add(
                start, end, Categories.WRITTEN, Categories.PRESENT, Categories.PRESENT, MAPPING));
    long end = roundEnd();
    TraceEvent round =
        new TraceEvent.Round(
            PID,
            ++number,
            end - begin,
            RoundMethod.QUEUE,
            written,
            0,
            regions,
            LiveTotals.busiest(List.copyOf(threads.values())),
            List.of(),
            List.of(),
            mapped);
    pages.clear();
    threads.clear();
    written = 0;
    mapped = Optional.empty();
    roundBegin = end;
    return round;
  }

  /** Where time passed and nothing was written, the next round begins just before what is next. */
  private long roundEnd() {
    if (next.isEmpty() || cut.nanos().isEmpty()) {
      return now;
    }
    long length = cut.nanos().getAsLong();
    long since = Math.max(0, next.get().nanos() - roundBegin);
    return since < length ? now : roundBegin + since / length * length;
  }

  @Override
  public void close() throws IOException {
    writes.close();
  }
}
