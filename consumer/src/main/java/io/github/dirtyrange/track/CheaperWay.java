package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The cheaper way for as many changes as the last rounds had: what the round costs whoever tracks,
 * and what queueing costs who writes. Begins with a cost model; what it believes of either way are
 * then medians of what rounds of that way took.
 *
 * <p>The cost of a queue goes by the pages changed, that of a scan by the pages mapped and, for
 * arming again, the pages changed. A way has to be a tenth cheaper to be changed to, so that two as
 * dear as each other do not take turns. What was learnt of the queue may have been an unlucky
 * moment's: after some rounds without it, it is tried again if the model speaks for it.
 */
final class CheaperWay implements WayChoice {

  private static final double CLEARLY = 0.9;
  private static final int ROUNDS = 9;

  /** A round with fewer of the pages of the largest says more of its calls than of pages. */
  private static final int OF_THE_SIZE = 4;

  /** An exact look may cut one round into several, some of them nearly empty. */
  private static final int ROUNDS_AHEAD = 4;

  private static final int MOST_SCANS = 32;

  private final CostModel model;
  private final Deque<Seen> drains = new ArrayDeque<>();
  private final Deque<Seen> scans = new ArrayDeque<>();
  private final Deque<Seen> last = new ArrayDeque<>();
  private Cost record = Cost.QUEUE_RECORD;
  private long mappedPages;
  private boolean queues = true;
  private int scansInARow;
  private long hot;

  /**
   * The first drain runs code that never ran before, and after an opening that took long it may
   * scan all: what it took says nothing of the next.
   */
  private boolean warm;

  /** How a round went. */
  private record Seen(long nanos, long pages, int ranges) {}

  /** Chooses by a model until it has seen rounds of both ways. */
  CheaperWay(CostModel model) {
    this.model = model;
  }

  @Override
  public void begin(Cost record, long mappedPages) {
    this.record = record;
    this.mappedPages = mappedPages;
  }

  @Override
  public boolean queues() {
    return queues;
  }

  @Override
  public void drained(long nanos, ChangedPages changed, long hotPages) {
    hot = hotPages;
    Seen seen = seen(nanos, changed);
    if (warm) {
      add(drains, seen, ROUNDS);
    }
    warm = true;
    scansInARow = 0;
    queues = !(scanNanos() < CLEARLY * queueNanos());
  }

  @Override
  public void scanned(long nanos, ChangedPages changed, long hotPages) {
    hot = hotPages;
    add(scans, seen(nanos, changed), ROUNDS);
    if (++scansInARow % MOST_SCANS == 0) {
      drains.clear();
    }
    queues = queueNanos() < CLEARLY * scanNanos();
  }

  private Seen seen(long nanos, ChangedPages changed) {
    Seen seen = new Seen(nanos, changed.pages(), changed.ranges());
    add(last, seen, ROUNDS_AHEAD);
    return seen;
  }

  private static void add(Deque<Seen> rounds, Seen seen, int most) {
    rounds.addLast(seen);
    if (rounds.size() > most) {
      rounds.removeFirst();
    }
  }

  /** What is to be expected is the largest of the last rounds. */
  private Seen ahead() {
    Seen most = new Seen(0, 0, 0);
    for (Seen seen : last) {
      most = seen.pages >= most.pages ? seen : most;
    }
    return most;
  }

  private double queueNanos() {
    return model.nanos(Cost.DRAIN_CALL) + ahead().pages * pageNanos() + writersNanos();
  }

  /** What its writers pay where they pay nothing while scans are made. */
  private double writersNanos() {
    return ahead().pages * model.nanos(record) + hot * model.nanos(Cost.ARMED_WRITE_FAULT);
  }

  /** What a drain costs for each page that changed. */
  private double pageNanos() {
    long most = drains.stream().mapToLong(Seen::pages).max().orElse(0);
    DoubleArrayList each = new DoubleArrayList();
    for (Seen seen : drains) {
      if (seen.pages > 0 && seen.pages >= most / OF_THE_SIZE) {
        each.add(Math.max(0, seen.nanos - model.nanos(Cost.DRAIN_CALL)) / seen.pages);
      }
    }
    return each.isEmpty() ? modelledPageNanos() : median(each);
  }

  private double modelledPageNanos() {
    return model.nanos(Cost.DRAIN_ENTRY)
        + model.nanos(Cost.DRAIN_REGION)
        + model.nanos(Cost.REARM_PAGE);
  }

  private double scanNanos() {
    DoubleArrayList ratios = new DoubleArrayList();
    for (Seen seen : scans) {
      ratios.add(seen.nanos / modelledScanNanos(seen));
    }
    return modelledScanNanos(ahead()) * (ratios.isEmpty() ? 1 : median(ratios));
  }

  /** The TLBs are flushed once for each page table in which something is armed again. */
  private double modelledScanNanos(Seen seen) {
    long tables = Math.min(seen.ranges, mappedPages / Pages.PER_TABLE + 1);
    return model.nanos(Cost.SCAN_CALL)
        + mappedPages * model.nanos(Cost.SCAN_PAGE)
        + seen.pages * model.nanos(Cost.REARM_PAGE)
        + seen.ranges * model.nanos(Cost.SCAN_REGION)
        + tables * model.nanos(Cost.TLB_FLUSH);
  }

  private static double median(DoubleArrayList values) {
    values.sort(null);
    return values.getDouble(values.size() / 2);
  }

  @Override
  public String explain() {
    if (last.isEmpty()) {
      return "queue: nothing has been seen yet";
    }
    return String.format(
        Locale.ROOT,
        "%s: %,d pages%s, %s queued + %s writing, %s scanned",
        queues ? "queue" : "scan",
        ahead().pages,
        hot == 0 ? "" : String.format(Locale.ROOT, " (%,d in every round)", hot),
        time(queueNanos() - writersNanos()),
        time(writersNanos()),
        time(scanNanos()));
  }

  private static String time(double nanos) {
    double micros = nanos / 1_000;
    return micros < 1_000
        ? String.format(Locale.ROOT, "%.0f us", micros)
        : String.format(Locale.ROOT, "%,.1f ms", micros / 1_000);
  }
}
