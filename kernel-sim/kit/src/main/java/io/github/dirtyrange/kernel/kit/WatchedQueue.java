package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import io.github.dirtyrange.kernel.sim.queue.TakenInPlace;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the simulated kernel and the queue under test, and keeps page by page what the
 * queue must hand out: the slow and obvious twin.
 */
final class WatchedQueue implements RecordQueue {

  private final Window window;
  private final RecordQueue queue;
  private Recorded recorded;
  private boolean canonical = true;
  private final TablesTouched tables = new TablesTouched();

  private WatchedQueue(Window window, RecordQueue queue) {
    this.window = window;
    this.queue = queue;
    recorded = new Recorded(window.pages());
  }

  /** A design whose queue is watched. */
  static final class Design implements QueueDesign {

    private final Window window;
    private final QueueDesign design;
    private @Nullable WatchedQueue opened;

    Design(Window window, QueueDesign design) {
      this.window = window;
      this.design = design;
    }

    /** {@return the queue opened last} */
    WatchedQueue opened() {
      return Objects.requireNonNull(opened);
    }

    @Override
    public String name() {
      return design.name();
    }

    @Override
    public Claims claims() {
      return design.claims();
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      WatchedQueue queue = new WatchedQueue(window, design.open(spec));
      opened = queue;
      return queue;
    }
  }

  /** {@return what was recorded since this was last asked} */
  Recorded take() {
    Recorded taken = recorded;
    recorded = new Recorded(window.pages());
    return taken;
  }

  /** {@return whether a page has a record that was not taken} */
  boolean isPending(int page) {
    return recorded.changed[page] != 0;
  }

  /** {@return whether the queue itself has handed out only canonical drains} */
  boolean isCanonical() {
    return canonical;
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    if (!queue.record(cpu, startVpn, endVpn, changed)) {
      return false;
    }
    recorded.additions++;
    tables.add(startVpn, endVpn);
    long from = Math.max(startVpn, window.base()) - window.base();
    long to = Math.min(endVpn, window.end()) - window.base();
    for (long page = from; page < to; page++) {
      recorded.changed[(int) page] |= changed;
    }
    return true;
  }

  /** {@inheritDoc} If the queue refuses, whoever emptied it does the same with what was in it. */
  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    int from = (int) (fromVpn - window.base());
    int to = (int) (toVpn - window.base());
    for (int i = 0; i < pages; i++) {
      recorded.changed[to + i] |= recorded.changed[from + i];
      recorded.carried[to + i] |= recorded.changed[from + i] != 0;
    }
    recorded.additions += pages;
    tables.add(toVpn, toVpn + pages);
    return queue.move(cpu, fromVpn, toVpn, pages);
  }

  @Override
  public long drain(RegionVisitor visitor) {
    return queue.drain(watching(visitor, new long[] {-1, 0}));
  }

  @Override
  public Optional<TakenInPlace> drainInPlace() {
    return queue.drainInPlace().map(WatchedWalk::new);
  }

  /**
   * Looks at regions on their way to a visitor; {@code last} is the end of the last, and its mask.
   */
  private RegionVisitor watching(RegionVisitor visitor, long[] last) {
    return (startVpn, endVpn, changed) -> {
      boolean joinable = startVpn == last[0] && changed == last[1];
      canonical &= startVpn < endVpn && startVpn >= last[0] && !joinable;
      last[0] = endVpn;
      last[1] = changed;
      visitor.visit(startVpn, endVpn, changed);
    };
  }

  /** A drain in place, whose regions are looked at as those of any other. */
  private final class WatchedWalk implements TakenInPlace {

    private final TakenInPlace walk;
    private final long[] last = {-1, 0};

    WatchedWalk(TakenInPlace walk) {
      this.walk = walk;
    }

    @Override
    public long next(RegionVisitor visitor) {
      return walk.next(watching(visitor, last));
    }

    @Override
    public boolean isAtEnd() {
      return walk.isAtEnd();
    }

    @Override
    public void goBackTo(long vpn) {
      last[0] = -1;
      walk.goBackTo(vpn);
    }

    @Override
    public void forEachLeft(RegionVisitor visitor) {
      walk.forEachLeft(visitor);
    }
  }

  @Override
  public void peek(RegionVisitor visitor) {
    queue.peek(visitor);
  }

  @Override
  public boolean isEmpty() {
    return queue.isEmpty();
  }

  @Override
  public long memoryBytes() {
    return queue.memoryBytes();
  }

  @Override
  public long tableBytes() {
    return queue.tableBytes();
  }

  /** {@return what breaks L6 of the memory that stands beside page tables; null if nothing does} */
  @Nullable String tablesTooLarge() {
    return tables.tooLarge(queue);
  }
}
