package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.RecordedRanges;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.sys.Abi;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A place in a process's memory to make one change in: what its pages were before is compared with
 * what they are afterwards, and with what was recorded meanwhile.
 *
 * <p>Pages of the place have numbers from 0 on. Nothing is mapped there at first, and nobody else's
 * memory lies in it; 0 is at a border of huge pages.
 */
final class Scene implements AutoCloseable {

  /** What most ways change. */
  static final int SOME = 64;

  /** The pages of a huge one. */
  static final int HUGE = 512;

  /** The other end of the place: where things are moved to. */
  static final int FAR = 4 * HUGE;

  /** How many pages the place has: four huge pages, and as much again to move them to. */
  static final int PAGES = 2 * FAR;

  private static final int HUGE_BYTES = 2 << 20;

  /** The place, wherever a border of huge pages is. */
  private static final long RESERVED_BYTES = (long) PAGES * Pages.SIZE + HUGE_BYTES;

  private static final int MOST_WAITS = 1000;
  private static final long WAIT_NANOS = 50_000;

  private final SceneCalls calls;
  private final ChangeRecords records;
  private final ProcPagemap pagemap;
  private final SceneArming arming;
  private final List<Change> placeless;
  private final long reserved;
  private final long base;
  private final List<PageRange> watched = new ArrayList<>();
  private final PageIntervalMap told = IntervalMaps.create();

  /** As what pages were told. */
  private final Map<Change, PageIntervalMap> toldAs = new EnumMap<>(Change.class);

  private final Set<Change> toldWithoutPlace = EnumSet.noneOf(Change.class);
  private final LongSet changed = new LongOpenHashSet();
  private final LongSet missed = new LongOpenHashSet();
  private boolean toldAnywhere;

  private Scene(
      SceneCalls calls,
      ChangeRecords records,
      ProcPagemap pagemap,
      SceneArming arming,
      List<Change> placeless,
      long reserved) {
    this.calls = calls;
    this.records = records;
    this.pagemap = pagemap;
    this.arming = arming;
    this.placeless = placeless;
    this.reserved = reserved;
    base = (reserved + HUGE_BYTES - 1) & -HUGE_BYTES;
    watch(base, PAGES);
  }

  /**
   * Opens a scene in a child.
   *
   * @param placeless which changes may be told without a place: they are recorded of any process,
   *     and somebody else's would hide what is missing
   */
  static Scene open(AgentChannel child, ChangeRecords records, List<Change> placeless) {
    SceneCalls calls = new SceneCalls(child);
    ProcPagemap pagemap = ProcPagemap.open(child.pid());
    try {
      long reserved = calls.reserve(RESERVED_BYTES);
      SceneArming arming = SceneArming.of(calls, child.pid());
      return new Scene(calls, records, pagemap, arming, placeless, reserved);
    } catch (RuntimeException | Error e) {
      pagemap.close();
      throw e;
    }
  }

  /** {@return what the process can be made to do} */
  SceneCalls calls() {
    return calls;
  }

  /** {@return how pages are armed here} */
  SceneArming arming() {
    return arming;
  }

  /** {@return a page's address} */
  long at(int page) {
    return base + Pages.address(page);
  }

  /** Watches memory elsewhere as well. */
  void watch(long address, int pages) {
    long vpn = Pages.vpn(address);
    watched.add(new PageRange(vpn, vpn + pages));
  }

  /** Maps private memory of nobody else. */
  void map(int page, int pages) {
    calls.mapAnonymous(at(page), pages);
  }

  /** Maps such memory and writes to all of it. */
  void mapWritten(int page, int pages) {
    map(page, pages);
    write(page, pages);
  }

  /**
   * Maps shared memory, a file of its own, from page 0 on, and writes to all. {@return the file}
   */
  int mapWrittenFile(int pages) {
    int file = calls.file(pages);
    calls.mapShared(at(0), pages, file);
    write(0, pages);
    return file;
  }

  /** Sends pages to swap. */
  void pageOut(int page, int pages) {
    calls.advise(at(page), pages, Abi.MADV_PAGEOUT);
  }

  /** Writes to pages. */
  void write(int page, int pages) {
    calls.store(at(page), pages);
  }

  /** Reads pages. */
  void read(int page, int pages) {
    calls.load(at(page), pages);
  }

  /** Forgets what of the process's memory is soft-dirty, as another tracker may. */
  void clearReferences() {
    new SceneArming.BySoftDirty(calls.pid()).arm(base, PAGES);
  }

  /** Makes the change in memory that is armed: all that is mapped at pages. */
  void changingArmed(int page, int pages, Runnable change) {
    arming.arm(at(page), pages);
    changing(change);
  }

  /** Makes the change; what changes before is no part of it. */
  void changing(Runnable change) {
    takeRecords();
    told.clear();
    toldAs.clear();
    toldWithoutPlace.clear();
    changed.clear();
    missed.clear();
    toldAnywhere = false;
    Snapshot before = new Snapshot(pagemap, watched);
    change.run();
    takeRecords();
    before.differences(new Snapshot(pagemap, watched), this::compare);
  }

  private void compare(long vpn) {
    changed.add(vpn);
    if (!toldAnywhere && told.get(vpn) == 0) {
      missed.add(vpn);
    }
  }

  /**
   * Misses, of pages, what was not told as this change: that they changed is not all that is to be
   * known of them, or a look at them does not show it.
   */
  void requireTold(Change change, long address, int pages) {
    long first = Pages.vpn(address);
    for (long vpn = first; vpn < first + pages; vpn++) {
      changed.add(vpn);
      if (toldAs(change).get(vpn) == 0) {
        missed.add(vpn);
      }
    }
  }

  /** Misses pages if this was not told at all: nobody knows whose pages it has changed. */
  void requireToldWithoutPlace(Change change, int page, int pages) {
    long first = Pages.vpn(at(page));
    for (long vpn = first; vpn < first + pages; vpn++) {
      changed.add(vpn);
      if (!toldWithoutPlace.contains(change)) {
        missed.add(vpn);
      }
    }
  }

  private PageIntervalMap toldAs(Change change) {
    return toldAs.computeIfAbsent(change, any -> IntervalMaps.create());
  }

  /** A record that does not come to its end is missing, and with it those behind it. */
  private void takeRecords() {
    RecordedRanges ranges = new RecordedRanges(new Told());
    for (int waits = 0; !records.read(ranges) && waits < MOST_WAITS; waits++) {
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  /** Takes note of where records tell of something. */
  private final class Told implements RecordedRanges.Taker {
    @Override
    public void range(long start, long end) {
      told.add(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), 1);
    }

    @Override
    public void done(Change change, long start, long end) {
      toldAs(change).add(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), 1);
    }

    /** Told as what was done, too. */
    @Override
    public void written(long start, long end) {}

    /** A place besides, which is told by its own. */
    @Override
    public void emptied(long start, long end) {}

    @Override
    public void mapped(long start, long end) {
      arming.readsAsChanged(
          Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), (from, to) -> told.add(from, to, 1));
    }

    @Override
    public void anywhere(Change change) {
      toldAnywhere |= placeless.contains(change);
      toldWithoutPlace.add(change);
    }
  }

  /** {@return how many pages are otherwise than before} */
  long changedPages() {
    return changed.size();
  }

  /** {@return how many of them no record told of} */
  long missedPages() {
    return missed.size();
  }

  /** Gives back all that was made for it, in the process as well. */
  @Override
  public void close() {
    try (pagemap) {
      calls.unmap(reserved, RESERVED_BYTES);
      calls.closeAll();
    }
  }
}
