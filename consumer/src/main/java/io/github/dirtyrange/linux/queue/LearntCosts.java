package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import java.util.Locale;

/**
 * What scanning costs on one process, in the state that it is in: a cost model's values at first,
 * then medians of what the calls of the drains themselves took. A few calls of each drain are
 * timed.
 *
 * <p>The kernel flushes the TLBs once a table in which it armed something again, in whatever call
 * ({@code pagemap_scan_pmd_entry}, fs/proc/task_mmu.c), and that is dear where the process runs on
 * another CPU. Walking over a gap spares a call and no flush, so the two are told apart: calls that
 * arm in one table take a call and a flush, those that arm in several a flush more for each. Calls
 * that walk far and find little tell what a page costs. The first call of a drain tells nothing of
 * the kind: it pays for what other programs have put into the caches meanwhile.
 */
final class LearntCosts {

  private static final int MOST_TIMED = 8;
  private static final int CALLS = 31;
  private static final int WALKS = 9;

  /** Of two parts of a call's time, one counts as clear when it is that many times the other. */
  private static final double CLEARLY = 4;

  /** The walk that a drain's first call must be, in calls, to tell what a page costs. */
  private static final double FAR = 64;

  /** A walk that is faster went over memory that is not mapped or not armed, and tells nothing. */
  private static final double LEAST_PAGE_NANOS = 0.1;

  /** A call is at least that part of what it and arming cost together. */
  private static final double LEAST_SHARE = 16;

  private static final long MOST_GAP_PAGES = 1 << 15;

  /**
   * What each of reading samples and ordering hints may add to a scan of everything, before it is
   * given up as not worth while. Joining makes the spans never dearer to scan than everything, so
   * that is all there is to lose.
   */
  private static final double SHARE = 0.1;

  private final CostModel model;
  private final int mostTimed;
  private final RunningMedian pageNanos;
  private final RunningMedian rearmNanos;
  private final RunningMedian rearmingCallNanos;
  private int timed;
  private long drains;

  /** Believes a model until it has learnt better. */
  LearntCosts(CostModel model) {
    this(model, MOST_TIMED);
  }

  private LearntCosts(CostModel model, int mostTimed) {
    this.model = model;
    this.mostTimed = mostTimed;
    double rearm = model.nanos(Cost.REARM_PAGE) + model.nanos(Cost.TLB_FLUSH);
    pageNanos = new RunningMedian(model.nanos(Cost.SCAN_PAGE), WALKS);
    rearmNanos = new RunningMedian(rearm, CALLS);
    rearmingCallNanos = new RunningMedian(model.nanos(Cost.SCAN_CALL) + rearm, CALLS);
  }

  /** {@return costs that stay as a model has them} */
  static LearntCosts unchanging(CostModel model) {
    return new LearntCosts(model, 0);
  }

  /** {@return the time, if the next call of this drain is to be timed; otherwise 0} */
  long startCall() {
    return timed < mostTimed ? System.nanoTime() : 0;
  }

  /**
   * Takes note of a call.
   *
   * @param start what {@link #startCall} said
   * @param pages how many pages it walked
   * @param regions how many written regions it found, and armed again
   */
  void endCall(long start, long pages, int regions) {
    if (start != 0) {
      timed++;
      learn((double) (System.nanoTime() - start), pages, regions);
    }
  }

  /** Learns from a call that took that long. */
  void learn(double nanos, long pages, int regions) {
    double walk = pages * pageNanos.value();
    long tables = Math.min(regions, pages / Pages.PER_TABLE + 1);
    double rest = callNanos() + tables * rearmNanos.value();
    if (walk >= CLEARLY * rest) {
      learnWalk(nanos - rest, pages);
    } else if (timed > 1) {
      learnCall(nanos - walk, tables);
    }
  }

  private void learnWalk(double nanos, long pages) {
    boolean far = pages * pageNanos.value() >= FAR * callNanos();
    if (nanos > LEAST_PAGE_NANOS * pages && (timed > 1 || far)) {
      pageNanos.add(nanos / pages);
    }
  }

  private void learnCall(double nanos, long tables) {
    if (tables > 1) {
      rearmNanos.add(Math.max(0, nanos - rearmingCallNanos.value()) / (tables - 1));
    } else {
      rearmingCallNanos.add(Math.max(0, tables == 1 ? nanos : nanos + rearmNanos.value()));
    }
  }

  /** What a call costs apart from walking and arming; what is armed never costs all of it. */
  private double callNanos() {
    double both = rearmingCallNanos.value();
    return Math.max(both / LEAST_SHARE, both - rearmNanos.value());
  }

  /** Ends a drain: some calls of the next one are timed again. */
  void endDrain() {
    drains += timed > 0 ? 1 : 0;
    timed = 0;
  }

  /** {@return the widest gap between two regions, in pages, that is cheaper to walk than a call} */
  long gapPages() {
    return Math.min(MOST_GAP_PAGES, Math.round(callNanos() / pageNanos.value()));
  }

  /** {@return what a call costs that walks some pages and finds nothing} */
  double spanNanos(long pages) {
    return callNanos() + pages * pageNanos.value();
  }

  /** {@return how many pages a call walks in a time, at least one} */
  long pagesWithin(double nanos) {
    return Math.max(1, Math.round((nanos - callNanos()) / pageNanos.value()));
  }

  /** {@return how many samples are worth reading, rather than scanning everything unread} */
  long samplesWorthReading(long trackedPages) {
    return Math.round(SHARE * spanNanos(trackedPages) / model.nanos(Cost.SAMPLE_READ));
  }

  /** {@return how many hints are worth ordering, rather than scanning everything} */
  long hintsWorthOrdering(long trackedPages) {
    return Math.round(SHARE * spanNanos(trackedPages) / model.nanos(Cost.HINT_ORDER));
  }

  /** {@return for people, in a few words: the gap in use and what it follows from} */
  String describe() {
    boolean isLearnt = rearmingCallNanos.isLearnt() && pageNanos.isLearnt();
    boolean isModelled = !rearmingCallNanos.isLearnt() && !pageNanos.isLearnt();
    String source = isLearnt ? "learnt" : isModelled ? "of the model" : "learnt in part";
    return String.format(Locale.ROOT, "gaps of up to %,d pages walked, %s", gapPages(), source);
  }

  /** {@return for people: what each thing costs, and from where that is known} */
  String details() {
    return String.format(
        Locale.ROOT,
        "a gap is walked where a call would cost more: %s; %s; arming again adds %,.0f ns a table",
        say("a call", callNanos(), "%,.0f", rearmingCallNanos, Cost.SCAN_CALL),
        say("a page", pageNanos.value(), "%.2f", pageNanos, Cost.SCAN_PAGE),
        rearmNanos.value());
  }

  private String say(String what, double value, String format, RunningMedian from, Cost cost) {
    String source =
        from.isLearnt()
            ? "learnt from " + drains + " drains"
            : "of the model (" + model.value(cost).provenance().source() + ")";
    return what + " " + String.format(Locale.ROOT, format, value) + " ns, " + source;
  }
}
