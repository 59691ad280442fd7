package io.github.dirtyrange.kernel.sim.mm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process's page table: x86-64's four levels of 512, for 2<sup>36</sup> pages.
 *
 * <p>A page table of the lowest level is an array of 512 entries, and behind them a summary, that
 * callers may read and must never write: all changes go through {@link #set}, {@link #edit} and
 * {@link #replace}, which meet in {@code commit}. There the entries before and after are compared,
 * and what differs is told to the {@link TransitionSink}. That is why nothing can forget to.
 *
 * <p>The summary is a superset of what the entries hold of the bits that arming looks for: it lets
 * a scan pass a table by in which there is nothing to find.
 */
public final class PageTable {

  /** One more than the largest page: 47 bits of address. */
  public static final long END_VPN = 1L << 35;

  /** In a summary: some entry may be writable or soft-dirty. */
  static final long SOME_ARMABLE = Pte.WRITE | Pte.SOFT_DIRTY;

  /** In a summary: some entry may be without userfaultfd's protection. */
  static final long SOME_UNPROTECTED = Pte.UFFD_WP;

  /** In every summary. */
  static final long ANY = 1L << 63;

  private static final int SUMMARY = 512;
  private static final int PUD_SHIFT = 27;
  private static final int INDEX_MASK = 511;
  private static final int TABLE_SHIFT = 9;

  private final @Nullable PmdTable[][] top = new PmdTable[512][];
  private final long[] scratch = new long[512];
  private final long[] hugeBefore = new long[512];
  private final long[] hugeAfter = new long[512];
  private TransitionSink sink = TransitionSink.NONE;
  private long tables;

  /** The table that was looked up last, by the number of its 2 MiB block. */
  private long cachedBlock = -1;

  private long[] cachedTable = scratch;

  /** Sets who learns of transitions from now on. */
  public void setSink(TransitionSink newSink) {
    sink = newSink;
  }

  TransitionSink sink() {
    return sink;
  }

  /** {@return how many tables of the lowest level there are} */
  public long tableCount() {
    return tables;
  }

  /** {@return a page's index in its table} */
  public static int index(long vpn) {
    return (int) vpn & INDEX_MASK;
  }

  /** {@return the table that maps a page, or null where there is none} */
  public long @Nullable [] table(long vpn) {
    if (vpn >>> TABLE_SHIFT == cachedBlock) {
      return cachedTable;
    }
    PmdTable middle = middle(vpn);
    long[] table = middle == null ? null : middle.table(vpn);
    if (table != null) {
      cachedBlock = vpn >>> TABLE_SHIFT;
      cachedTable = table;
    }
    return table;
  }

  /** {@return a page's entry, {@link Pte#NONE} where there is no table} */
  public long entry(long vpn) {
    long[] table = table(vpn);
    return table == null ? Pte.NONE : table[index(vpn)];
  }

  /** {@return the table that maps a page, made empty where there was none} */
  public long[] makeTable(long vpn) {
    long[] table = table(vpn);
    if (table != null) {
      return table;
    }
    long[] made = new long[SUMMARY + 1];
    made[SUMMARY] = ANY | SOME_UNPROTECTED;
    makeMiddle(vpn).setTable(vpn, made);
    tables++;
    return made;
  }

  /** Frees the table that maps a page. Its entries must be empty. */
  void freeTable(long vpn) {
    PmdTable middle = middle(vpn);
    if (middle != null && middle.table(vpn) != null) {
      middle.setTable(vpn, null);
      tables--;
      cachedBlock = -1;
    }
  }

  /** Frees the table that maps a page if all its entries are empty. */
  void freeTableIfEmpty(long vpn) {
    long[] table = table(vpn);
    if (table == null) {
      return;
    }
    for (int i = 0; i < SUMMARY; i++) {
      if (table[i] != Pte.NONE) {
        return;
      }
    }
    freeTable(vpn);
  }

  /** Changes one page's entry. */
  public void set(VmArea area, long vpn, long[] table, long after, Cause cause) {
    int index = index(vpn);
    scratch[index] = after;
    commit(area, vpn, table, index, index + 1, scratch, cause);
  }

  /**
   * Makes the same change to the entries {@code [from, to)} of a table, the first of them vpn's.
   */
  public void edit(
      VmArea area, long vpn, long[] table, int from, int to, EntryEdit edit, Cause cause) {
    if ((table[SUMMARY] & edit.affects()) == 0) {
      return;
    }
    for (int i = from; i < to; i++) {
      scratch[i] = edit.apply(table[i]);
    }
    if (to - from == SUMMARY) {
      table[SUMMARY] = ANY;
    }
    commit(area, vpn, table, from, to, scratch, cause);
  }

  /** Replaces the entries {@code [from, to)} of a table by those at the same indices of another. */
  public void replace(
      VmArea area, long vpn, long[] table, int from, int to, long[] after, Cause cause) {
    commit(area, vpn, table, from, to, after, cause);
  }

  /** {@return the entry of the huge page that maps a page, {@link Pte#NONE} where there is none} */
  public long huge(long vpn) {
    PmdTable middle = middle(vpn);
    return middle == null ? Pte.NONE : middle.huge(vpn);
  }

  /** Changes the entry of a huge page, which may come or go: there is no page table beneath it. */
  public void setHuge(VmArea area, long vpn, long after, Cause cause) {
    long first = vpn & -SUMMARY;
    Arrays.fill(hugeBefore, huge(vpn));
    Arrays.fill(hugeAfter, after);
    record(area, first, 0, SUMMARY, hugeBefore, hugeAfter, cause);
    makeMiddle(vpn).setHuge(vpn, after);
  }

  /** Puts a page table, filled beforehand, in the place of a huge page: one event. */
  void split(VmArea area, long vpn, long[] entries) {
    Arrays.fill(hugeBefore, huge(vpn));
    record(area, vpn & -SUMMARY, 0, SUMMARY, hugeBefore, entries, Cause.HUGE);
    makeMiddle(vpn).setHuge(vpn, Pte.NONE);
    long[] table = makeTable(vpn);
    table[SUMMARY] = summaryOf(entries, 0, SUMMARY, ANY);
    System.arraycopy(entries, 0, table, 0, SUMMARY);
  }

  /** Puts a huge page in the place of a page table: one event. */
  void collapse(VmArea area, long vpn, long[] table, long entry) {
    Arrays.fill(hugeAfter, entry);
    record(area, vpn & -SUMMARY, 0, SUMMARY, table, hugeAfter, Cause.HUGE);
    freeTable(vpn);
    makeMiddle(vpn).setHuge(vpn, entry);
  }

  /** Records that untouched pages of a mapping, which have no table, change without an entry. */
  void changeHole(VmArea area, long startVpn, long endVpn, Cause cause) {
    long categories = area.categories(Pte.NONE);
    long changed = cause.recorded(categories, categories);
    if (changed != 0) {
      sink.changed(startVpn, endVpn, changed);
    }
  }

  private void commit(
      VmArea area, long vpn, long[] table, int from, int to, long[] after, Cause cause) {
    record(area, vpn, from, to, table, after, cause);
    table[SUMMARY] = summaryOf(after, from, to, table[SUMMARY]);
    System.arraycopy(after, from, table, from, to - from);
  }

  /** The choke point: every change of an entry passes here, and what is a transition is told. */
  private void record(
      VmArea area, long vpn, int from, int to, long[] before, long[] after, Cause cause) {
    if (sink == TransitionSink.NONE) {
      return;
    }
    long runStart = vpn;
    long run = 0;
    for (int i = from; i < to; i++) {
      long changed = transition(area, before[i], after[i], cause);
      if (changed != run) {
        long here = vpn + i - from;
        if (run != 0) {
          sink.changed(runStart, here, run);
        }
        run = changed;
        runStart = here;
      }
    }
    if (run != 0) {
      sink.changed(runStart, vpn + to - from, run);
    }
  }

  private static long transition(VmArea area, long before, long after, Cause cause) {
    return before == after && cause != Cause.UNMAP
        ? 0
        : cause.recorded(area.categories(before), area.categories(after));
  }

  private static long summaryOf(long[] entries, int from, int to, long summary) {
    long all = summary;
    for (int i = from; i < to; i++) {
      all |= summaryOf(entries[i]);
    }
    return all;
  }

  private static long summaryOf(long entry) {
    long unprotected = Pte.isPresent(entry) ? ~entry : ~entry << 8;
    return (entry & SOME_ARMABLE) | (unprotected & SOME_UNPROTECTED);
  }

  /** {@return whether a table may hold an entry without userfaultfd's protection} */
  public static boolean maySomeBeUnprotected(long[] table) {
    return (table[SUMMARY] & SOME_UNPROTECTED) != 0;
  }

  /** Sets bits that the CPU sets by itself, accessed and dirty: no transition, and no kernel. */
  void setByHardware(long[] table, int index, long bits) {
    table[index] |= bits;
  }

  /** Sets bits that the CPU sets by itself in a huge page's entry. */
  void setHugeByHardware(long vpn, long bits) {
    makeMiddle(vpn).setHuge(vpn, huge(vpn) | bits);
  }

  /**
   * Visits a range in order, table by table; missing tables are skipped as a whole.
   *
   * @return whether the visitor let the walk run to its end
   */
  public boolean walk(long startVpn, long endVpn, TableVisitor visitor) {
    long vpn = startVpn;
    while (vpn < endVpn) {
      PmdTable middle = middle(vpn);
      long[] table = middle == null ? null : middle.table(vpn);
      int shift = middle != null ? TABLE_SHIFT : topLevel(vpn) != null ? PmdTable.SHIFT : PUD_SHIFT;
      long next = Math.min(endVpn, ((vpn >>> shift) + 1) << shift);
      int from = index(vpn);
      boolean goOn =
          table != null
              ? visitor.entries(vpn, table, from, from + (int) (next - vpn))
              : isHuge(middle, vpn) ? visitor.huge(vpn, next, huge(vpn)) : visitor.hole(vpn, next);
      if (!goOn) {
        return false;
      }
      vpn = next;
    }
    return true;
  }

  private static boolean isHuge(@Nullable PmdTable middle, long vpn) {
    return middle != null && middle.huge(vpn) != Pte.NONE;
  }

  private PmdTable @Nullable [] topLevel(long vpn) {
    return top[(int) (vpn >>> PUD_SHIFT) & INDEX_MASK];
  }

  private @Nullable PmdTable middle(long vpn) {
    PmdTable[] upper = topLevel(vpn);
    return upper == null ? null : upper[(int) (vpn >>> PmdTable.SHIFT) & INDEX_MASK];
  }

  private PmdTable makeMiddle(long vpn) {
    int topIndex = (int) (vpn >>> PUD_SHIFT) & INDEX_MASK;
    PmdTable[] upper = top[topIndex];
    if (upper == null) {
      upper = new PmdTable[512];
      top[topIndex] = upper;
    }
    int upperIndex = (int) (vpn >>> PmdTable.SHIFT) & INDEX_MASK;
    if (upper[upperIndex] == null) {
      upper[upperIndex] = new PmdTable();
    }
    return upper[upperIndex];
  }

  /** Forgets everything, as at the process's end. */
  void clear() {
    Arrays.fill(top, null);
    tables = 0;
    cachedBlock = -1;
  }
}
