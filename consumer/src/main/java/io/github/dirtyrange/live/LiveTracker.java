package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.RegionMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One live process under tracking: armed, with a strategy at work. Each round takes note of what is
 * new and gone in its address space, and says which pages changed since the round before, where
 * they lie and who changed them. What cannot be seen is said with every round (law L11).
 *
 * <p>It is the memory that is tracked, not the number: where the process ends or executes another
 * program, a round throws {@link MemoryGoneException}.
 *
 * <p>Not safe for use by several threads. Closing it disarms the process.
 */
public final class LiveTracker implements AutoCloseable {

  private static final long MOST_SPLIT_BYTES = 64L << 20;

  private final Kernel kernel;
  private final TrackedProcess process;
  private final Selection selection;
  private final TrackedRanges ranges;
  private final long hugeBytes;
  private final Mechanism mechanism;
  private final NewMemory newMemory;
  private final ThreadTally threads;
  private final StackTally stacks;
  private final RoundCollector collector;
  private final ComparedMemory compared;
  private final Unseeables unseeables;
  private final LiveTarget target;
  private final long began;
  private final ChangedPages changed = new ChangedPages();
  private Mappings mappings;
  private Mappings mappingsBefore;
  private List<PageRange> addedLast = List.of();
  private List<Vma> writableOf = List.of();
  private List<MappedPart> writable = List.of();
  private long rounds;
  private long stoppedBefore;
  private OptionalLong cpuBefore;

  private LiveTracker(
      Kernel kernel, TrackedProcess process, LiveOptions options, boolean mayBeEmpty) {
    this.kernel = kernel;
    this.process = process;
    long opened = kernel.nanoTime();
    selection = new Selection(options.only());
    mappings = new Mappings(process.maps());
    mappingsBefore = mappings;
    if (!mayBeEmpty) {
      selection.requireSomething(mappings.all());
    }
    ranges = selection.ranges(mappings.all());
    hugeBytes = process.hugePageBytes(ranges);
    requireWorthSplitting(options);
    mechanism = Mechanism.open(kernel, process, ranges, options);
    try {
      newMemory = new NewMemory(process, ranges);
      threads = new ThreadTally(kernel);
      stacks = new StackTally(process.codeNames(), selection);
      collector = new RoundCollector(mechanism, process, ranges, threads, stacks, options.exact());
      compared = new ComparedMemory(process, selection);
      unseeables = new Unseeables(mechanism, compared, selection, ranges);
      compare();
      mappings = new Mappings(process.maps());
      began = kernel.nanoTime();
      stoppedBefore = mechanism.stoppedNanos();
      cpuBefore = kernel.cpuNanos();
      target = describe(began - opened);
    } catch (RuntimeException e) {
      mechanism.close();
      throw e;
    }
  }

  /**
   * Arms a process and sets a strategy to work on it. What changes from the return of this call on
   * is told.
   *
   * @throws MemoryGoneException if it has no memory: ZOMBIE if it had none when it was opened,
   *     ENDED if it had and ended meanwhile, whether its parent has noticed or not
   * @throws NothingThereException if nothing is mapped where changes are to be looked for
   * @throws CannotTrackException if the machine lacks what the strategy needs, or every one
   * @throws KernelException ESRCH if there is no such process, EPERM, EACCES, EBUSY and others as
   *     {@link TrackedProcess#arm} has them
   */
  public static LiveTracker open(Kernel kernel, int pid, LiveOptions options) {
    return open(kernel, pid, options, false);
  }

  /** Does the same, and waits for what may be mapped there later. */
  static LiveTracker openAnew(Kernel kernel, int pid, LiveOptions options) {
    return open(kernel, pid, options, true);
  }

  private static LiveTracker open(Kernel kernel, int pid, LiveOptions options, boolean mayBeEmpty) {
    TrackedProcess process = kernel.open(pid);
    try {
      return new LiveTracker(kernel, process, options, mayBeEmpty);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Armed huge pages are split where they are written, and are not made again. */
  private void requireWorthSplitting(LiveOptions options) {
    if (hugeBytes > MOST_SPLIT_BYTES
        && !options.splitHuge()
        && Mechanism.mayArm(options, kernel.capabilities())) {
      throw new CannotTrackException(
          String.format(
              Locale.ROOT,
              "process %d has %,d MiB in huge pages, which tracking splits for good, at a loss of"
                  + " speed; say --split-huge to track it all the same",
              process.pid(),
              hugeBytes >> 20));
    }
  }

  private LiveTarget describe(long armNanos) {
    int pid = process.pid();
    List<NotTracked> notTracked = unseeables.now(mappings, true);
    ArmedMemory armed = ArmedMemory.of(mappings, ranges, unseeables);
    return new LiveTarget(
        pid,
        kernel.threadName(pid, pid),
        mechanism.tracker().name(),
        mechanism.tracker().mechanism(),
        mechanism.passedOver(),
        armed.pages(),
        armed.mappings(),
        began,
        armNanos,
        stoppedBefore,
        hugeBytes,
        compared.mappings(),
        compared.pages(),
        notTracked);
  }

  /** {@return the process, and how it is tracked} */
  public LiveTarget target() {
    return target;
  }

  /** {@return the process's number} */
  public int pid() {
    return process.pid();
  }

  /** {@return whether every change of what is seen is told by each round (law L1)} */
  public boolean missesNothing() {
    return mechanism.tracker().claims().always().contains(Law.COMPLETE);
  }

  /**
   * {@return whether {@link #roundExactly} misses no change of what is seen} Soft-dirty alone shows
   * nothing of a page that was emptied.
   */
  public boolean canBeExact() {
    return missesNothing() || mechanism.tracker().claims().afterExactScan().contains(Law.COMPLETE);
  }

  /** {@return how it will go about the next round, and why; empty where it has no choice} */
  public String explanation() {
    return mechanism.tracker().explain();
  }

  /**
   * Throws if the memory has gone; costs a look at one page.
   *
   * @throws MemoryGoneException if so
   */
  public void requireAlive() {
    process.readPagemap(0, 1, new long[1]);
  }

  /**
   * Finds what changed since the last round, or since this was opened, and arms it again.
   *
   * @throws MemoryGoneException if the memory has gone
   */
  public LiveRound round() {
    return round(collector::into);
  }

  /**
   * Does the same, and is certain to be complete, at the cost of a scan if need be: of a process
   * that stands still, all that changed is told.
   *
   * @throws MemoryGoneException if the memory has gone
   */
  public LiveRound roundExactly() {
    return round(collector::exactlyInto);
  }

  /** A way to collect: into a list, with what new mappings hold. */
  @FunctionalInterface
  private interface Collecting {
    RoundCollector.Outcome into(ChangedPages changed, ChangedPages held);
  }

  private LiveRound round(Collecting collecting) {
    long start = kernel.nanoTime();
    Mappings before = mappings;
    mappingsBefore = before;
    ChangedPages held = new ChangedPages();
    collector.begin();
    List<PageRange> registered = refresh(held);
    RoundCollector.Outcome outcome = collecting.into(changed, held);
    addOlder(held);
    addOlder(compare());
    mappings = new Mappings(process.maps());
    Attribution attribution = Attribution.of(changed, selection, before, mappings);
    List<PageRange> replaced = mappings.replaced(before);
    List<PageRange> added = union(registered, mappings.without(before), replaced);
    addedLast = added;
    List<NotTracked> notTracked = unseeables.now(mappings, !registered.isEmpty());
    long end = kernel.nanoTime();
    return new LiveRound(
        ++rounds,
        end - began,
        attribution.pages(),
        attribution.runs(),
        Math.min(outcome.inspected(), mappedPages()),
        outcome.method(),
        end - start,
        stoppedSince(),
        cpuSince(end - start),
        outcome.missed(),
        attribution.regions(),
        attribution.mappings(),
        threads.take(),
        collector.takeCauses(),
        gone(before, registered, replaced),
        Attribution.parts(added, selection, mappings),
        notTracked,
        writable());
  }

  /**
   * {@return by which call chains the changes of the last round were made; none where they were not
   * asked for} To be asked once a round.
   */
  public RoundStacks stacks() {
    return stacks.take(mappingsBefore, mappings);
  }

  /** {@return the mappings as of the end of the last round, or of the arming} */
  public List<Vma> mapped() {
    return mappings.all();
  }

  /**
   * {@return the pages of {@link #mapped} of which a copy may be wrong now that was right after the
   * round before the last} They changed, are mapped anew, or not every change of them is seen: who
   * keeps a copy reads them again after each round, and needs no other. Costs a look at the
   * mappings.
   */
  public ChangedPages stale() {
    return StalePages.of(changed, addedLast, mechanism);
  }

  @SafeVarargs
  private static List<PageRange> union(List<PageRange>... parts) {
    ChangedPages all = new ChangedPages();
    for (List<PageRange> part : parts) {
      ChangedPages more = new ChangedPages();
      part.forEach(range -> more.add(range.startVpn(), range.endVpn()));
      all = PageSets.union(all, more);
    }
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < all.ranges(); i++) {
      ranges.add(new PageRange(all.startVpn(i), all.endVpn(i)));
    }
    return ranges;
  }

  /** {@return the chosen mappings that may be written} Made anew only where mappings changed. */
  private List<MappedPart> writable() {
    if (writableOf != mappings.all()) {
      writableOf = mappings.all();
      List<MappedPart> parts = new ArrayList<>();
      for (Vma vma : mappings.all()) {
        if (vma.writable()) {
          selection.clip(
              vma.startVpn(),
              vma.endVpn(),
              vma,
              (from, to) -> parts.add(new MappedPart(from, to, Mappings.name(vma))));
        }
      }
      writable = List.copyOf(parts);
    }
    return writable;
  }

  private void addOlder(ChangedPages more) {
    if (more.regions() > 0) {
      changed.set(RegionMerge.of(more, changed));
    }
  }

  /** {@return what changed of the memory that could not be armed and can be compared} */
  private ChangedPages compare() {
    Arming arming = mechanism.arming();
    return arming == null ? new ChangedPages() : compared.compare(arming.refused());
  }

  private List<PageRange> refresh(ChangedPages held) {
    Arming arming = mechanism.arming();
    return arming == null ? List.of() : newMemory.refresh(arming, held);
  }

  /**
   * {@return what was mapped and is not, or not any more the same} What had been registered and had
   * to be registered anew was unmapped or moved away meanwhile, and something else may be mapped in
   * its place.
   */
  private List<MappedPart> gone(
      Mappings before, List<PageRange> registered, List<PageRange> replaced) {
    List<PageRange> anew = new ArrayList<>();
    for (PageRange range : registered) {
      before.cut(
          range.startVpn(),
          range.endVpn(),
          (from, to, old) -> {
            if (old != null && !unseeables.wasRefused(old)) {
              anew.add(new PageRange(from, to));
            }
          });
    }
    List<PageRange> gone = union(before.without(mappings), anew, replaced);
    return Attribution.parts(gone, selection, before);
  }

  private long mappedPages() {
    return mappings.all().stream().mapToLong(vma -> ArmedMemory.pagesIn(ranges, vma)).sum();
  }

  private long stoppedSince() {
    long until = mechanism.stoppedNanos();
    long stopped = until - stoppedBefore;
    stoppedBefore = until;
    return stopped;
  }

  private long cpuSince(long roundNanos) {
    OptionalLong until = kernel.cpuNanos();
    long cpu =
        until.isPresent() && cpuBefore.isPresent()
            ? until.getAsLong() - cpuBefore.getAsLong()
            : roundNanos;
    cpuBefore = until;
    return cpu;
  }

  @Override
  public void close() {
    try {
      mechanism.close();
    } finally {
      process.close();
    }
  }
}
