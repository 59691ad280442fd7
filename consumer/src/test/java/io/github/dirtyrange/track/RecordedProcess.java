package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeHints;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * A made-up process with soft-dirty and records of what changes its pages, to which something
 * happens at each call that its reader makes.
 */
final class RecordedProcess extends MadeUpProcess implements ChangeHints {

  /**
   * How many pages it has: one half is its own memory, the other a file's. So many that what lies
   * between its borders is not read by the way.
   */
  static final int PAGES = 240;

  private static final int HALF = PAGES / 2;

  /** What happens. */
  enum Deed {
    WRITE,
    READ,
    ZAP,
    RECLAIM,
    RETRACT,
    COLLAPSE,
    PIN,
    UNPIN,
    MAP_ANEW,
    MAP_BESIDE,
    CLEAR_BY_ANOTHER,
    LOSE_RECORDS
  }

  /** Something that happens to some pages. */
  record Step(Deed deed, int page, int pages) {}

  private record Noted(Kind kind, long startVpn, long endVpn) {}

  private final long[] contents = new long[PAGES];
  private final long[] entries = new long[PAGES];

  /** Those that a device writes to, whose bits stay. */
  private final BitSet pinned = new BitSet();

  private final List<Noted> records = new ArrayList<>();
  private final Deque<Step> meanwhile = new ArrayDeque<>();
  private boolean lost;
  private long written;

  /** {@return what a page holds} */
  long content(int page) {
    return contents[page];
  }

  /** Has things happen, one at each call of the reader's from now on. */
  void happenMeanwhile(List<Step> steps) {
    meanwhile.addAll(steps);
  }

  /** Has all that is to happen meanwhile happen now. */
  void settle() {
    while (!meanwhile.isEmpty()) {
      happen(meanwhile.remove());
    }
  }

  private void happenOne() {
    if (!meanwhile.isEmpty()) {
      happen(meanwhile.remove());
    }
  }

  /** Something happens. */
  void happen(Step step) {
    int end = Math.min(PAGES, step.page + step.pages);
    switch (step.deed) {
      case MAP_ANEW -> mapAnew(step.page, end, PagemapEntry.SOFT_DIRTY);
      case MAP_BESIDE -> mapAnew(step.page, end, 0);
      case CLEAR_BY_ANOTHER -> clear();
      case LOSE_RECORDS -> lost = true;
      default -> {
        for (int page = step.page; page < end; page++) {
          happen(step.deed, page);
        }
      }
    }
  }

  private void happen(Deed deed, int page) {
    boolean armed = (entries[page] & PagemapEntry.SOFT_DIRTY) == 0;
    boolean present = (entries[page] & PagemapEntry.PRESENT) != 0;
    boolean ofFile = page >= HALF;
    switch (deed) {
      case WRITE -> {
        contents[page] = ++written;
        entries[page] = presentEntry(page) | PagemapEntry.SOFT_DIRTY;
        if (armed || !present) {
          record(Kind.LOOK, page);
        }
      }
      case READ -> {
        entries[page] = presentEntry(page) | (entries[page] & PagemapEntry.SOFT_DIRTY);
        if (!present) {
          record(Kind.LOOK, page);
        }
      }
      case ZAP -> {
        contents[page] = ofFile ? contents[page] : 0;
        entries[page] = 0;
        pinned.clear(page);
        record(Kind.CHANGED, page);
      }
      case RECLAIM -> {
        if (present && !pinned.get(page)) {
          entries[page] =
              ofFile ? 0 : PagemapEntry.SWAPPED | (entries[page] & PagemapEntry.SOFT_DIRTY);
          record(Kind.RECLAIMED, page);
        }
      }
      // Its mapping is a collapsed page's from then on, which is written without a record.
      case COLLAPSE -> {
        if (!ofFile && !pinned.get(page)) {
          entries[page] = PagemapEntry.PRESENT | PagemapEntry.SOFT_DIRTY;
          record(Kind.CHANGED, page);
        }
      }
      case PIN -> {
        if (!ofFile) {
          happen(Deed.WRITE, page);
          pinned.set(page);
        }
      }
      case UNPIN -> pinned.clear(page);
      default -> {
        entries[page] = ofFile ? 0 : entries[page];
        record(Kind.RETRACTED, page);
      }
    }
  }

  private static long presentEntry(int page) {
    return page >= HALF ? PagemapEntry.PRESENT | PagemapEntry.FILE : PagemapEntry.PRESENT;
  }

  /**
   * Memory of a file that nobody has written comes in the place of some; it merges with all of that
   * half, which then reads soft-dirty, or not, as a kernel may do that (before 6.19).
   */
  private void mapAnew(int from, int to, long bit) {
    int end = Math.min(to, HALF);
    if (from >= end) {
      return;
    }
    Arrays.fill(contents, from, end, ++written);
    Arrays.fill(entries, from, end, 0);
    pinned.clear(from, end);
    for (int page = 0; page < HALF; page++) {
      entries[page] |= bit;
    }
    record(Kind.MAPPED, from, end);
  }

  private void record(Kind kind, int page) {
    record(kind, page, page + 1L);
  }

  /** Once there is no room, there is none until records are taken. */
  private void record(Kind kind, long startVpn, long endVpn) {
    if (!lost) {
      records.add(new Noted(kind, startVpn, endVpn));
    }
  }

  private void clear() {
    for (int page = 0; page < PAGES; page++) {
      if (!pinned.get(page)) {
        entries[page] &= ~PagemapEntry.SOFT_DIRTY;
      }
    }
    record(Kind.CLEARED, 0, PAGES);
  }

  @Override
  public List<Vma> maps() {
    happenOne();
    return List.of(
        new Vma(0, HALF, true, true, false, false, 0, 0, 0, ""),
        new Vma(HALF, PAGES, true, true, false, true, 0, 1, 7, "/dev/shm/file"));
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] into) {
    happenOne();
    int got = (int) Math.max(0, Math.min(count, PAGES - startVpn));
    System.arraycopy(entries, (int) startVpn, into, 0, got);
    return got;
  }

  @Override
  public void clearRefs(int value) {
    happenOne();
    clear();
    happenOne();
  }

  @Override
  public boolean take(Taker taker) {
    happenOne();
    List<Noted> taken = List.copyOf(records);
    records.clear();
    taken.forEach(record -> taker.take(record.kind, record.startVpn, record.endVpn));
    boolean all = !lost;
    lost = false;
    return all;
  }

  @Override
  public ChangeHints openChangeHints(TrackedRanges ranges, long maxBytes) {
    return this;
  }

  @Override
  public boolean tellsAll() {
    return true;
  }

  @Override
  public List<Unseen> unseen() {
    return List.of();
  }

  @Override
  public String describe() {
    return "records";
  }

  @Override
  public void enable() {}

  @Override
  public void disable() {}

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void close() {}

  /** {@return all of its pages} */
  static PageRange everything() {
    return new PageRange(0, PAGES);
  }
}
