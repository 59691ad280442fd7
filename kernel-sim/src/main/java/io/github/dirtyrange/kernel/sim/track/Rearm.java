package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.VmaVisitor;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Reads what holds of a range of pages now, and arms it in the same step: by soft-dirty where the
 * kernel has it, and by userfaultfd where the mapping is registered and WRITTEN is queued. An
 * untouched page of such a mapping gets a marker, as PAGEMAP_SCAN would give it.
 */
final class Rearm {

  private final AddressSpace mm;
  private final boolean softDirty;
  private final long queued;

  /** Mappings whose every page read soft-dirty until this drain came to the first of them. */
  private final Set<VmArea> untracked = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * The huge page armed or split last, and its entry before: several drained ranges may lie in it,
   * and all of them say what held before the first was armed (law L7).
   */
  private long hugeBlock = -1;

  private long hugeEntry;
  private final long told;
  private long pages;

  /**
   * Tells some categories of what it arms.
   *
   * @param queued the categories whose transitions are waited for
   * @param told of the present state
   */
  Rearm(AddressSpace mm, long queued, long told) {
    this.mm = mm;
    this.queued = queued;
    this.told = told;
    softDirty = !mm.profile().has(Quirk.NO_SOFT_DIRTY);
  }

  /** {@return the categories that it tells of} */
  long told() {
    return told;
  }

  /** {@return one that begins anew} */
  Rearm restarted() {
    return new Rearm(mm, queued, told);
  }

  /** {@return how many pages were looked at so far} */
  long pages() {
    return pages;
  }

  /**
   * Hands each page's categories of before to the joiner, with {@code changed}, and arms it. Of a
   * coarse region, whose pages did not all change, the categories are left out (law L8).
   */
  void take(long startVpn, long endVpn, long changed, RegionJoiner joiner) {
    mm.areas()
        .forEachIn(
            startVpn,
            endVpn,
            new VmaVisitor() {
              @Override
              public void part(VmArea area, long from, long to) {
                startTracking(area);
                mm.pages().walk(from, to, new Taking(area, given(area), changed, joiner));
              }

              @Override
              public void gap(long from, long to) {
                joiner.add(from, to, changed, 0);
              }
            });
    pages += endVpn - startVpn;
  }

  private void startTracking(VmArea area) {
    if (area.has(VmFlags.SOFTDIRTY)) {
      untracked.add(area);
      mm.areas().startTracking(area);
    }
  }

  /** Arms a range without looking. */
  void arm(long startVpn, long endVpn) {
    take(startVpn, endVpn, 0, new RegionJoiner());
  }

  /** {@return what every page of a mapping read until this drain came to the first of them} */
  long given(VmArea area) {
    return untracked.contains(area) ? Categories.SOFT_DIRTY : 0;
  }

  /** {@return a page's entry, or that of its huge page before this drain armed a part of it} */
  long entryBefore(long vpn, long entry) {
    return Pages.blockStart(vpn) == hugeBlock ? hugeEntry : entry;
  }

  private boolean armsByUserfaultfd(VmArea area) {
    return area.has(VmFlags.UFFD_WP_ASYNC) && (queued & Categories.WRITTEN) != 0;
  }

  private EntryEdit edit(VmArea area) {
    if (!armsByUserfaultfd(area)) {
      return EntryEdit.CLEAR_SOFT_DIRTY;
    }
    return softDirty ? EntryEdit.ARM_BOTH : EntryEdit.WRITE_PROTECT;
  }

  private final class Taking implements TableVisitor {

    private final VmArea area;
    private final long given;
    private final long changed;
    private final RegionJoiner joiner;

    Taking(VmArea area, long given, long changed, RegionJoiner joiner) {
      this.area = area;
      this.given = given;
      this.changed = changed;
      this.joiner = joiner;
    }

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      long origin = vpn - from;
      for (int i = from; i < to; i++) {
        add(origin + i, origin + i + 1, entryBefore(vpn, table.get(i)));
      }
      arm(vpn, table, from, to);
      return true;
    }

    /** Arming part of a huge page by userfaultfd splits it, as PAGEMAP_SCAN would. */
    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      boolean part = endVpn - startVpn < Pages.PER_TABLE;
      long block = Pages.blockStart(startVpn);
      boolean first = block != hugeBlock;
      if (first) {
        hugeBlock = block;
        hugeEntry = entry;
      }
      if (part && armsByUserfaultfd(area) && !area.has(VmFlags.HUGETLB)) {
        mm.splitHugeAt(startVpn);
        mm.splitHugeAt(endVpn);
        return mm.pages().walk(startVpn, endVpn, this);
      }
      if (first) {
        armHuge(block, entry);
      }
      add(startVpn, endVpn, hugeEntry);
      return true;
    }

    private void armHuge(long vpn, long entry) {
      mm.clock().charge(Cost.REARM_PAGE);
      if (softDirty || armsByUserfaultfd(area)) {
        mm.pages().setHuge(area, vpn, edit(area).apply(entry), ChangeCause.ARM);
      }
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      add(startVpn, endVpn, Pte.NONE);
      if (armsByUserfaultfd(area)) {
        WriteProtection.markHole(mm, area, startVpn, endVpn);
        mm.clock().charge(Cost.REARM_PAGE, endVpn - startVpn);
      }
      return true;
    }

    private void add(long startVpn, long endVpn, long entry) {
      boolean coarse = (changed & Categories.COARSE) != 0;
      joiner.add(startVpn, endVpn, changed, coarse ? 0 : (given | area.categories(entry)) & told);
    }

    private void arm(long vpn, PteTable table, int from, int to) {
      mm.clock().charge(Cost.REARM_PAGE, to - from);
      if (softDirty || armsByUserfaultfd(area)) {
        mm.pages().edit(area, vpn, table, from, to, edit(area), ChangeCause.ARM);
      }
    }
  }
}
