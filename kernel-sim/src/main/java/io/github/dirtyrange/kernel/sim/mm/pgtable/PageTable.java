package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process's page table, and the choke point of its changes.
 *
 * <p>A table of the lowest level is an array of 512 entries, which callers may read and must never
 * write: all changes go through {@link #set}, {@link #edit} and {@link #replace}, and for huge
 * pages {@link #setHuge}, {@code split} and {@code collapse}, which meet in {@code transition}.
 * There the entries before and after are compared, and what differs is told to the {@link
 * TransitionSink}. That is why nothing can forget to. In which order a change is locked, recorded
 * and made is the business of {@link ChangeSteps}.
 */
public final class PageTable {

  /** One more than the largest page: 47 bits of address. */
  public static final long END_VPN = 1L << 35;

  private static final int ENTRIES = 512;

  private final TableTree tree = new TableTree();
  private final long[] scratch = new long[512];
  private final long[] hugeBefore = new long[512];
  private final long[] hugeAfter = new long[512];
  private final ChangeSteps steps;
  private final EntryChange entryChange = new EntryChange();
  private TransitionSink sink = TransitionSink.NONE;

  /** Makes an empty page table whose changes take these steps. */
  public PageTable(ChangeSteps steps) {
    this.steps = steps;
  }

  /** Sets who learns of transitions from now on. */
  public void setSink(TransitionSink newSink) {
    sink = newSink;
  }

  /** {@return who learns of transitions} */
  public TransitionSink sink() {
    return sink;
  }

  /** {@return how many tables of the lowest level there are} */
  public long tableCount() {
    return tree.tableCount();
  }

  /** {@return a page's index in its table} */
  public static int index(long vpn) {
    return (int) vpn & (ENTRIES - 1);
  }

  /** {@return the table that maps a page, or null where there is none} */
  public long @Nullable [] table(long vpn) {
    return tree.table(vpn);
  }

  /** {@return the table that maps a page, made empty where there was none} */
  public long[] makeTable(long vpn) {
    return tree.makeTable(vpn);
  }

  /** Frees the table that maps a page. Its entries must be empty. */
  public void freeTable(long vpn) {
    tree.freeTable(vpn);
  }

  /** Frees the table that maps a page if all its entries are empty. */
  public void freeTableIfEmpty(long vpn) {
    tree.freeTableIfEmpty(vpn);
  }

  /** {@return the entry of the huge page that maps a page, {@link Pte#NONE} where there is none} */
  public long huge(long vpn) {
    return tree.huge(vpn);
  }

  /**
   * Visits a range in order, table by table; missing tables are skipped as a whole.
   *
   * @return whether the visitor let the walk run to its end
   */
  public boolean walk(long startVpn, long endVpn, TableVisitor visitor) {
    return tree.walk(startVpn, endVpn, visitor);
  }

  /** {@return a page's entry, {@link Pte#NONE} where there is no table} */
  public long entry(long vpn) {
    long[] table = table(vpn);
    return table == null ? Pte.NONE : table[index(vpn)];
  }

  /** Changes one page's entry. */
  public void set(EntryCategories area, long vpn, long[] table, long after, Cause cause) {
    boolean heard = sink != TransitionSink.NONE;
    entryChange.vpn = vpn;
    entryChange.after = after;
    entryChange.changed = heard ? transition(area, table[index(vpn)], after, cause) : 0;
    steps.run(entryChange);
  }

  /**
   * Makes the same change to the entries {@code [from, to)} of a table, the first of them vpn's.
   */
  public void edit(
      EntryCategories area, long vpn, long[] table, int from, int to, EntryEdit edit, Cause cause) {
    if ((table[Summary.INDEX] & edit.affects()) == 0) {
      return;
    }
    for (int i = from; i < to; i++) {
      scratch[i] = edit.apply(table[i]);
    }
    if (to - from == ENTRIES) {
      table[Summary.INDEX] = Summary.ANY;
    }
    commit(area, vpn, table, from, to, scratch, cause);
  }

  /** Replaces the entries {@code [from, to)} of a table by those at the same indices of another. */
  public void replace(
      EntryCategories area, long vpn, long[] table, int from, int to, long[] after, Cause cause) {
    commit(area, vpn, table, from, to, after, cause);
  }

  /** Changes the entry of a huge page, which may come or go: there is no page table beneath it. */
  public void setHuge(EntryCategories area, long vpn, long after, Cause cause) {
    long first = vpn & -ENTRIES;
    steps.run(
        new LoneChange() {
          @Override
          void tell() {
            boolean heard = sink != TransitionSink.NONE;
            long changed = heard ? transition(area, huge(vpn), after, cause) : 0;
            if (changed != 0) {
              sink.changed(first, first + ENTRIES, changed);
            }
          }

          @Override
          public void set() {
            tree.setHuge(vpn, after);
          }
        });
  }

  /** Puts a page table, filled beforehand, in the place of a huge page: one event. */
  public void split(EntryCategories area, long vpn, long[] entries) {
    Arrays.fill(hugeBefore, huge(vpn));
    exchange(area, vpn, hugeBefore, entries, () -> link(vpn, entries));
  }

  private void link(long vpn, long[] entries) {
    tree.setHuge(vpn, Pte.NONE);
    long[] table = makeTable(vpn);
    table[Summary.INDEX] = Summary.add(Summary.ANY, entries, 0, ENTRIES);
    System.arraycopy(entries, 0, table, 0, ENTRIES);
  }

  /** Puts a huge page in the place of a page table: one event. */
  public void collapse(EntryCategories area, long vpn, long[] table, long entry) {
    Arrays.fill(hugeAfter, entry);
    exchange(area, vpn, table, hugeAfter, () -> unlink(vpn, entry));
  }

  private void unlink(long vpn, long entry) {
    freeTable(vpn);
    tree.setHuge(vpn, entry);
  }

  /** Records that untouched pages of a mapping, which have no table, change without an entry. */
  public void changeHole(EntryCategories area, long startVpn, long endVpn, Cause cause) {
    long categories = area.categories(Pte.NONE);
    long changed = cause.recorded(categories, categories);
    if (changed != 0) {
      sink.changed(startVpn, endVpn, changed);
    }
  }

  private void commit(
      EntryCategories area, long vpn, long[] table, int from, int to, long[] after, Cause cause) {
    steps.run(
        new LoneChange() {
          @Override
          void tell() {
            PageTable.this.record(area, vpn, from, to, table, after, cause);
          }

          @Override
          public void set() {
            table[Summary.INDEX] = Summary.add(table[Summary.INDEX], after, from, to);
            System.arraycopy(after, from, table, from, to - from);
          }
        });
  }

  /** A huge page and a page table change places: one event. */
  private void exchange(EntryCategories area, long vpn, long[] before, long[] after, Runnable set) {
    long first = vpn & -ENTRIES;
    steps.run(
        new LoneChange() {
          @Override
          void tell() {
            PageTable.this.record(area, first, 0, ENTRIES, before, after, Cause.HUGE);
          }

          @Override
          public void set() {
            set.run();
          }
        });
  }

  /**
   * The change of one entry that is being made: the same object for all, and all numbers, so that a
   * fault neither allocates nor stores a reference.
   */
  private final class EntryChange extends LoneChange {

    private long vpn;
    private long after;
    private long changed;

    @Override
    void tell() {
      if (changed != 0) {
        sink.changed(vpn, vpn + 1, changed);
      }
    }

    @Override
    public void set() {
      long[] table = makeTable(vpn);
      long summary = Summary.of(after);
      if ((table[Summary.INDEX] & summary) != summary) {
        table[Summary.INDEX] |= summary;
      }
      table[index(vpn)] = after;
    }
  }

  /** Tells what is a transition of many entries, as ranges. */
  private void record(
      EntryCategories area, long vpn, int from, int to, long[] before, long[] after, Cause cause) {
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

  /** The choke point: every change of an entry passes here. */
  private static long transition(EntryCategories area, long before, long after, Cause cause) {
    return before == after && cause != Cause.UNMAP
        ? 0
        : cause.recorded(area.categories(before), area.categories(after));
  }

  /** {@return whether a table may hold an entry without userfaultfd's protection} */
  public static boolean maySomeBeUnprotected(long[] table) {
    return (table[Summary.INDEX] & Summary.SOME_UNPROTECTED) != 0;
  }

  /** Sets bits that the CPU sets by itself, accessed and dirty: no transition, and no kernel. */
  public void setByHardware(long[] table, int index, long bits) {
    table[index] |= bits;
  }

  /** Sets bits that the CPU sets by itself in a huge page's entry. */
  public void setHugeByHardware(long vpn, long bits) {
    tree.setHuge(vpn, huge(vpn) | bits);
  }
}
