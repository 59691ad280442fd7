package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process's page table, and the choke point of its changes.
 *
 * <p>Tables of the lowest level are handed out to be read. All changes go through {@link #set},
 * {@link #edit} and {@link #replace}, and for huge pages {@link #setHuge}, {@link #split} and
 * {@link #collapse}, which meet in {@link Transitions}. There the entries before and after are
 * compared, and what differs is told to the {@link TransitionSink}. That is why nothing can forget
 * to. In which order a change is locked, recorded and made is the business of {@link ChangeSteps};
 * the entries are compared before its first step, since they may be told after the change is made.
 */
public final class PageTable {

  /** One more than the largest page: 47 bits of address. */
  public static final long END_VPN = 1L << 35;

  private static final long BY_HARDWARE = Pte.ACCESSED | Pte.DIRTY;

  private static final int ENTRIES = PteTable.SIZE;

  private final TableTree tree = new TableTree();
  private final Transitions transitions = new Transitions();
  private final long[] edited = new long[ENTRIES];

  /** A huge page's entry, once for each of its pages. */
  private final long[] spread = new long[ENTRIES];

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
  public @Nullable PteTable table(long vpn) {
    return tree.table(vpn);
  }

  /** {@return the table that maps a page, made empty where there was none} */
  public PteTable makeTable(long vpn) {
    return tree.makeTable(vpn);
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
    PteTable table = table(vpn);
    return table == null ? Pte.NONE : table.entry(vpn);
  }

  /** {@return a page's entry, of a part of a huge page too, as a page table would have it} */
  public long entryOf(long vpn) {
    long huge = huge(vpn);
    return huge == Pte.NONE ? entry(vpn) : Pte.partOfHuge(huge, vpn);
  }

  /** Changes one page's entry. */
  public void set(EntryCategories area, long vpn, PteTable table, long after, ChangeCause cause) {
    entryChange.vpn = vpn;
    entryChange.after = after;
    if (entryChange.cause != cause) {
      entryChange.cause = cause;
    }
    entryChange.changed = isHeard() ? Transitions.between(area, table.entry(vpn), after, cause) : 0;
    steps.run(entryChange);
  }

  /**
   * Makes the same change to the entries {@code [from, to)} of a table, the first of them vpn's.
   */
  public void edit(
      EntryCategories area,
      long vpn,
      PteTable table,
      int from,
      int to,
      EntryEdit edit,
      ChangeCause cause) {
    if (!table.mayHold(edit.affects())) {
      return;
    }
    for (int i = from; i < to; i++) {
      edited[i] = edit.apply(table.get(i));
    }
    replace(area, vpn, table, from, to, edited, cause);
  }

  /** Replaces the entries {@code [from, to)} of a table by those at the same indices of another. */
  public void replace(
      EntryCategories area,
      long vpn,
      PteTable table,
      int from,
      int to,
      long[] after,
      ChangeCause cause) {
    transitions.begin(vpn - from, cause);
    if (isHeard()) {
      transitions.compare(area, from, to, table.entries, after);
    }
    make(() -> table.set(from, to, after));
  }

  /** Changes the entry of a huge page, which may come or go: there is no page table beneath it. */
  public void setHuge(EntryCategories area, long vpn, long after, ChangeCause cause) {
    transitions.begin(vpn & -ENTRIES, cause);
    if (isHeard()) {
      transitions.compare(area, huge(vpn), after);
    }
    make(() -> tree.setHuge(vpn, after));
  }

  /** Puts a page table, filled beforehand, in the place of a huge page: one event. */
  public void split(EntryCategories area, long vpn, long[] entries) {
    Arrays.fill(spread, huge(vpn));
    exchange(area, vpn, spread, entries, ChangeCause.SPLIT, () -> link(vpn, entries));
  }

  private void link(long vpn, long[] entries) {
    tree.setHuge(vpn, Pte.NONE);
    makeTable(vpn).set(0, ENTRIES, entries);
  }

  /** Puts a huge page in the place of a page table: one event. */
  public void collapse(EntryCategories area, long vpn, PteTable table, long entry) {
    Arrays.fill(spread, entry);
    exchange(area, vpn, table.entries, spread, ChangeCause.COLLAPSE, () -> unlink(vpn, entry));
  }

  private void unlink(long vpn, long entry) {
    tree.freeTable(vpn);
    tree.setHuge(vpn, entry);
  }

  private void exchange(
      EntryCategories area,
      long vpn,
      long[] before,
      long[] after,
      ChangeCause cause,
      Runnable exchange) {
    transitions.begin(vpn & -ENTRIES, cause);
    if (isHeard()) {
      transitions.compare(area, 0, ENTRIES, before, after);
    }
    make(exchange);
  }

  /** Records that untouched pages of a mapping, which have no table, change without an entry. */
  public void changeHole(EntryCategories area, long startVpn, long endVpn, ChangeCause cause) {
    long changed = Transitions.between(area, Pte.NONE, Pte.NONE, cause);
    if (changed != 0) {
      sink.changed(startVpn, endVpn, changed, cause);
    }
  }

  private boolean isHeard() {
    return sink != TransitionSink.NONE;
  }

  /** Makes a change of many entries, whose transitions are known. */
  private void make(Runnable change) {
    steps.run(
        new LoneChange() {
          @Override
          void tell() {
            transitions.tell(sink);
          }

          @Override
          public void set() {
            change.run();
          }
        });
  }

  /**
   * The change of one entry that is being made: the same object for all, so that a fault neither
   * allocates nor, while causes do not alternate, stores a reference.
   */
  private final class EntryChange extends LoneChange {

    private long vpn;
    private long after;
    private long changed;
    private ChangeCause cause = ChangeCause.FAULT;

    @Override
    void tell() {
      if (changed != 0) {
        sink.changed(vpn, vpn + 1, changed, cause);
      }
    }

    @Override
    public void set() {
      makeTable(vpn).set(index(vpn), after);
    }
  }

  /** Sets bits that the CPU sets by itself, accessed and dirty: no transition, and no kernel. */
  public void setByHardware(PteTable table, int index, long bits) {
    table.mark(index, bits & BY_HARDWARE);
  }

  /** Sets bits that the CPU sets by itself in a huge page's entry. */
  public void setHugeByHardware(long vpn, long bits) {
    tree.setHuge(vpn, huge(vpn) | (bits & BY_HARDWARE));
  }
}
