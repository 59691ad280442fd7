package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.FreeBits.Freedom;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Queues on every process of a program, on both machines: drained after each step, and what they
 * say compared page by page. Draining arms the pages again, on both alike, so that pagemap shows
 * what the queue missed: there a page stays soft-dirty on one of the two.
 */
final class Drains implements AutoCloseable {

  /** The categories that a queue which arms by soft-dirty tells. */
  static final long TOLD =
      Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.HUGE
          | Categories.SOFT_DIRTY;

  /** Enough that nothing becomes coarse. */
  private static final long QUEUE_BYTES = 1 << 20;

  private final Machine real;
  private final Machine simulated;
  private final FreeBits freeBits;
  private final @Nullable Pair[] pairs = new Pair[Machine.CHILDREN + 1];
  private List<PageRange> ranges = List.of();
  private boolean markers;

  Drains(Machine real, Machine simulated, FreeBits freeBits) {
    this.real = real;
    this.simulated = simulated;
    this.freeBits = freeBits;
  }

  /** The queues of one process. */
  private static final class Pair implements AutoCloseable {
    final WatchedProcess real;
    final WatchedProcess simulated;
    final DrainedPages realPages;
    final DrainedPages simulatedPages;

    /** What the kernel's queue did not see, as of the last step. */
    List<Unseen> unseen;

    Pair(WatchedProcess real, WatchedProcess simulated, List<PageRange> ranges) {
      this.real = real;
      this.simulated = simulated;
      unseen = real.queue().unseen();
      realPages = new DrainedPages(ranges);
      simulatedPages = new DrainedPages(ranges);
    }

    @Override
    public void close() {
      real.close();
      simulated.close();
    }
  }

  /** Watches the first process of a program that begins. */
  void begin(Layout layout) {
    close();
    ranges = layout.compared();
    markers = false;
    open(0);
  }

  private void open(int process) {
    ChangeQueueOptions options =
        new ChangeQueueOptions(TrackedRanges.of(ranges), QUEUE_BYTES)
            .withChanged(TOLD)
            .withNow(TOLD);
    WatchedProcess first = WatchedProcess.open(real.track(process), options);
    try {
      pairs[process] =
          new Pair(first, WatchedProcess.open(simulated.track(process), options), ranges);
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** Drains all queues, those of a child that was forked or ended just now, too. */
  Optional<Mismatch> after(int step, Operation operation, ProcessTree processes, Tally tally) {
    markers |= operation.name().startsWith("uffd");
    for (int process = 0; process <= Machine.CHILDREN; process++) {
      Pair pair = pairs[process];
      if (pair == null && processes.isAlive(process)) {
        open(process);
      } else if (pair != null) {
        Optional<Mismatch> mismatch =
            compare(step, operation, process, pair, processes.isAlive(process), tally);
        if (mismatch.isPresent()) {
          return mismatch;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Mismatch> compare(
      int step, Operation operation, int process, Pair pair, boolean isAlive, Tally tally) {
    List<Unseen> before = pair.unseen;
    pair.unseen = isAlive ? pair.real.queue().unseen() : List.of();
    long epoch = pair.realPages.drain(pair.real.queue());
    long simulatedEpoch = pair.simulatedPages.drain(pair.simulated.queue());
    if (!isAlive) {
      pair.close();
      pairs[process] = null;
    }
    if (epoch != simulatedEpoch) {
      return Optional.of(
          new Mismatch(
              step, "drain epoch", "drain of p" + process, epoch + "", "" + simulatedEpoch));
    }
    return compare(step, operation, process, pair, before, tally);
  }

  private Optional<Mismatch> compare(
      int step, Operation operation, int process, Pair pair, List<Unseen> before, Tally tally) {
    long told = 0;
    for (int i = 0; i < pair.realPages.pages(); i++) {
      DrainRules.Page page = page(pair, i);
      told += (page.changed() | page.simulatedChanged()) == 0 ? 0 : 1;
      long vpn = pair.realPages.vpn(i);
      boolean isUnseen = holds(before, vpn) || holds(pair.unseen, vpn);
      if (!page.isAlike() && !isExplained(page, operation, isUnseen)) {
        return Optional.of(mismatch(step, process, pair, page, i));
      }
    }
    tally.drain(told);
    return Optional.empty();
  }

  private static DrainRules.Page page(Pair pair, int page) {
    return new DrainRules.Page(
        pair.realPages.changed(page),
        pair.realPages.now(page),
        pair.simulatedPages.changed(page),
        pair.simulatedPages.now(page));
  }

  private boolean isExplained(DrainRules.Page page, Operation operation, boolean isUnseen) {
    if (isUnseen && DrainRules.agreesOnFlags(page)) {
      freeBits.use(Freedom.QUEUE_OF_POOL);
      return true;
    }
    Set<Freedom> needed = DrainRules.explain(page, operation, markers);
    needed.forEach(freeBits::use);
    return !needed.isEmpty();
  }

  /**
   * {@return whether the kernel's queue has listed a page, in the last step, as unseen; counts it}
   */
  boolean leavesUnseen(int process, long vpn) {
    Pair pair = pairs[process];
    boolean unseen = pair != null && holds(pair.unseen, vpn);
    if (unseen) {
      freeBits.use(Freedom.QUEUE_OF_POOL);
    }
    return unseen;
  }

  private static boolean holds(List<Unseen> unseen, long vpn) {
    return unseen.stream().anyMatch(part -> part.startVpn() <= vpn && vpn < part.endVpn());
  }

  private static Mismatch mismatch(
      int step, int process, Pair pair, DrainRules.Page page, int index) {
    long address = Pages.address(pair.realPages.vpn(index)) - Layout.BASE;
    return new Mismatch(
        step,
        "drain more "
            + Categories.toString(page.more())
            + " less "
            + Categories.toString(page.less())
            + " now "
            + Categories.toString(page.otherwise()),
        String.format("drain of p%d at 0x%x", process, address),
        pair.realPages.text(index),
        pair.simulatedPages.text(index));
  }

  @Override
  public void close() {
    for (int process = 0; process < pairs.length; process++) {
      Pair pair = pairs[process];
      if (pair != null) {
        pair.close();
        pairs[process] = null;
      }
    }
  }
}
