package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Turns samples into written pages: reads them into hints, plans spans and collects what was
 * written there; or collects from everything, where that is cheaper or where samples were lost.
 */
final class Drainer {

  private final FaultSource samples;
  private final SamplingRest rest;
  private final WrittenPages written;
  private final TrackedRanges ranges;
  private final ThreadTally threads = new ThreadTally();
  private final StackTally stacks;
  private final SampleTally tally;
  private final HintedPages hints;
  private final SpanPlanner spans;
  private final Sweep sweep;
  private final GrowingSpans growing;
  private final UnseenMemory unseen;
  private final EmptiedMemory emptied;
  private final Completion completion;
  private final LearntCosts costs;
  private final long mostHints;
  private long lastDrainNanos = System.nanoTime();
  private final OwedRegions owed = new OwedRegions();
  private DrainWork work = DrainWork.NONE;
  private long scannedPages;
  private boolean scanNeeded;

  /** Whether a step was begun, and what it found was not completed. */
  private boolean unsettled;

  /**
   * Drains a source of samples.
   *
   * @param unseen finds what scans pass over
   * @param emptied finds what holds nothing any more
   * @param completion adds what is told besides what was written
   * @param ranges where changes matter, mapped or not
   * @param mapped says what of them is mapped at that moment
   * @param mostHints how many hints may be remembered, whatever they cost
   * @param stacks counts call chains, if they are wanted
   */
  Drainer(
      FaultSource samples,
      WrittenPages written,
      UnseenMemory unseen,
      EmptiedMemory emptied,
      Completion completion,
      TrackedRanges ranges,
      Supplier<TrackedRanges> mapped,
      LearntCosts costs,
      long mostHints,
      StackTally stacks) {
    this.samples = samples;
    this.rest = new SamplingRest(samples);
    this.written = written;
    this.unseen = unseen;
    this.emptied = emptied;
    this.completion = completion;
    this.ranges = ranges;
    this.costs = costs;
    this.mostHints = mostHints;
    this.stacks = stacks;
    this.tally = new SampleTally(ranges, threads, stacks);
    this.hints = new HintedPages(ranges, threads, stacks);
    this.spans = new SpanPlanner(ranges);
    this.growing = new GrowingSpans(written, ranges);
    this.sweep = new Sweep(mapped, costs);
  }

  /** Goes on with the drain under way, or begins one of what samples tell of. */
  DrainReport drain(Reader reader) {
    long count = 0;
    if (isOver()) {
      count = samples.pendingSamples();
      work = begin(count);
    }
    return goOn(reader, count);
  }

  private DrainWork begin(long count) {
    long lastFound = written.takeFoundPages();
    long worth = costs.samplesWorthReading(sweep.mappedPages());
    if (rest.isResting()) {
      rest.resumeIfQuiet(lastFound, worth);
      takeSamples(false);
      return scanUnread();
    }
    boolean worthReading = !scanNeeded && count <= worth;
    takeSamples(worthReading);
    if (scanNeeded || !worthReading || hints.overflown()) {
      restIfBusy(lastFound, worth);
      return scanUnread();
    }
    if (samples.tellsAll()) {
      unseen.forEachLost(hints::addAnyhow);
    }
    spans.restart(costs.gapPages(), sweep.mapped());
    hints.drain(spans);
    return new SpanWork(growing, spans, unseen, samples.tellsAll());
  }

  /** Samples that are wanted for their call chains are worth reading always. */
  private void restIfBusy(long lastFound, long worth) {
    if (!stacks.isWanted()) {
      rest.restIfBusy(lastFound, worth);
    }
  }

  /** Where each drain is to be complete, what was lost sight of is told by a scan, too. */
  private ScanWork scanUnread() {
    ScanWork scan = scanAll(scanNeeded ? Method.SCAN_AFTER_LOSS : Method.SCAN_BY_CHOICE);
    if (samples.tellsAll()) {
      unseen.addLostTo(scan.known());
    }
    return scan;
  }

  /**
   * Begins a drain of everything, and completes the one under way by it. What is owed of that one
   * comes with it, and all that was lost sight of.
   */
  DrainReport drainExactly(Reader reader) {
    long count = samples.pendingSamples();
    scanNeeded = true;
    tallySamples(count);
    ScanWork scan = scanAll(Method.EXACT);
    work.moveKnownTo(scan.known());
    owed.moveTo(scan.known());
    unseen.addLostTo(scan.known());
    work = scan;
    return goOn(reader, count);
  }

  /**
   * Begins again after a time in which nobody recorded what was changed: the next drain looks at
   * everything. How much was found before that time says nothing of what comes.
   */
  void beginAgain() {
    scanNeeded = true;
    written.takeFoundPages();
    rest.end();
  }

  /** {@return whether changes make no samples at present} */
  boolean isBlind() {
    return rest.isResting();
  }

  /** {@return whether nothing is left of the last drain} */
  boolean isOver() {
    return work.isDone() && owed.isEmpty();
  }

  /** Shows what is left of the drain under way: what is owed, and what is to be looked at. */
  void showRest(WrittenPages unarmed, ChangeSink sink) {
    PageIntervalMap rest = IntervalMaps.create();
    owed.forEach(rest::add);
    RegionSink written = (from, to, now) -> rest.add(from, to, OwedRegions.written(now));
    work.forEachRest((from, to) -> unarmed.collect(from, to, WrittenPages.MOST_REGIONS, written));
    OwedRegions shown = new OwedRegions();
    shown.merge(rest);
    completion.show(shown);
    shown.showAll(sink);
  }

  /** {@return the memory that hints, spans and buffers take, in bytes} */
  long memoryBytes() {
    return written.memoryBytes()
        + hints.memoryBytes()
        + spans.memoryBytes()
        + growing.memoryBytes()
        + unseen.memoryBytes()
        + emptied.memoryBytes()
        + owed.memoryBytes()
        + threads.memoryBytes()
        + stacks.memoryBytes();
  }

  /** Empties the rings where everything is scanned: who faulted is told if that costs little. */
  private void tallySamples(long count) {
    sinceLastDrain();
    forgetWho();
    if (stacks.isWanted() || count <= costs.samplesWorthReading(sweep.mappedPages())) {
      samples.skim(tally);
    } else {
      samples.skip();
    }
    hasMissed();
  }

  private void forgetWho() {
    threads.clear();
    stacks.restart();
  }

  /** {@return whose samples the last drain has read} */
  List<ThreadPages> threads() {
    return threads.threads();
  }

  /** {@return by which call chains} */
  ChangeStacks stacks() {
    return stacks.stacks();
  }

  /**
   * Empties the rings, into the hints or for nothing, and notices when samples were lost. What was
   * read is lost, too, should this not come to its end.
   */
  private void takeSamples(boolean worthReading) {
    boolean needed = scanNeeded;
    scanNeeded = true;
    long sinceLast = sinceLastDrain();
    forgetWho();
    hints.restart(Math.min(mostHints, costs.hintsWorthOrdering(sweep.mappedPages())));
    if (worthReading) {
      if (!samples.tellsAll()) {
        sweep.addNext(hints, sinceLast);
      }
      samples.read(hints);
      completion.widen(hints);
    } else if (stacks.isWanted()) {
      samples.skim(tally);
    } else {
      samples.skip();
    }
    boolean missed = hasMissed();
    scanNeeded = needed || missed;
  }

  /** {@return whether samples were lost} Takes over what they tell besides. */
  private boolean hasMissed() {
    boolean lost = samples.hasLost();
    samples.takeMapped(unseen::mappedAnew);
    samples.takeUnshown(unseen::changedUnseen);
    samples.takeEmptied((start, end) -> emptied.find(start, end, unseen::changedUnseen));
    return lost;
  }

  private long sinceLastDrain() {
    long last = lastDrainNanos;
    lastDrainNanos = System.nanoTime();
    return lastDrainNanos - last;
  }

  /** What is lost sight of while the scan goes on is found by the next. */
  private ScanWork scanAll(Method method) {
    scanNeeded = true;
    unseen.lookAtAll();
    PageIntervalMap known = IntervalMaps.create();
    unseen.moveUntoldTo(known);
    scannedPages += sweep.mappedPages();
    scanNeeded = false;
    return new ScanWork(method, written, ranges, known);
  }

  /**
   * Hands out and looks further in turn, for as long as the reader has room. What is owed when the
   * reader throws is owed still.
   */
  private DrainReport goOn(Reader taker, long count) {
    Reader reader = watched(taker);
    if (unsettled) {
      // A call failed between arming pages and looking at them.
      complete();
    }
    owed.deliver(reader, work.isDone());
    while (!work.isDone() && reader.hasRoom()) {
      unsettled = true;
      step();
      complete();
      owed.deliver(reader, work.isDone());
    }
    if (owed.takeDelivered() == 0) {
      written.requireAlive();
    }
    if (work.isDone()) {
      costs.endDrain();
    }
    return soFar(count);
  }

  /**
   * {@return what was done since this was last said}
   *
   * @param count how many samples were waiting
   */
  DrainReport soFar(long count) {
    CauseCounts causes = completion.takeCauses();
    if (isOver()) {
      completion.end();
    }
    long pages = scannedPages + growing.takePages();
    scannedPages = 0;
    long calls = written.takeCalls() + unseen.takeCalls() + emptied.takeCalls();
    return new DrainReport(0, work.method(), pages, count, calls, causes, isOver());
  }

  private void step() {
    try {
      work.step(owed);
    } catch (RuntimeException e) {
      work = work.afterFailure(this::scanFrom);
      throw e;
    }
  }

  private ScanWork scanFrom(long vpn, PageIntervalMap known) {
    return new ScanWork(Method.SCAN_AFTER_LOSS, written, ranges, known, vpn);
  }

  private void complete() {
    completion.complete(owed, work.lookedFrom(), work.lookedTo());
    unsettled = false;
  }

  private Reader watched(Reader reader) {
    return new Reader() {
      @Override
      public boolean hasRoom() {
        return reader.hasRoom();
      }

      @Override
      public void accept(long startVpn, long endVpn, long changed, long now) {
        reader.accept(startVpn, endVpn, changed, now);
        completion.told(startVpn, endVpn);
      }
    };
  }
}
