package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes one page of pages that hold the same, in memory that asked for it by MADV_MERGEABLE: {@code
 * mm/ksm.c}. The first of them becomes the merged page and stays as written as it was; the others
 * are replaced by it, and Linux loses their soft-dirty.
 */
public final class SamePageMerging {

  /** Where a page that may be merged is mapped. */
  public record Site(AddressSpace mm, long vpn) {

    private long entry() {
      return mm.pages().entry(vpn);
    }
  }

  private SamePageMerging() {}

  /** Merges whatever can be: what ksmd does in two passes over memory that does not change. */
  public static void mergeAll(Collection<AddressSpace> memories) {
    Map<Long, List<Site>> byContent = new TreeMap<>();
    for (AddressSpace mm : memories) {
      for (VmArea area : mm.areas().overlapping(0, AddressSpace.END_VPN)) {
        if (area.has(VmFlags.MERGEABLE)) {
          mm.pages().walk(area.startVpn(), area.endVpn(), new Candidates(mm, byContent));
        }
      }
    }
    byContent.values().stream().filter(sites -> sites.size() > 1).forEach(SamePageMerging::merge);
  }

  /**
   * Makes one page of those mapped at several places, as far as they may be merged. A page that is
   * merged already takes the others in, else the first place's does.
   */
  public static void merge(List<Site> sites) {
    List<Site> mergeable = sites.stream().filter(SamePageMerging::isMergeable).toList();
    if (mergeable.isEmpty()) {
      return;
    }
    Site first = mergeable.get(0);
    FrameMarks marks = first.mm.frames().marks();
    Site kept =
        mergeable.stream()
            .filter(site -> marks.isMerged(Pte.frame(site.entry())))
            .findFirst()
            .orElse(first);
    long frame = Pte.frame(kept.entry());
    if (!marks.isMerged(frame)) {
      marks.setMerged(frame, true);
      set(kept, kept.entry() & ~(Pte.WRITE | Pte.DIRTY | Pte.EXCLUSIVE));
    }
    marks.setFreedLazily(frame, false);
    marks.setDirty(frame, true);
    for (Site site : mergeable) {
      if (Pte.frame(site.entry()) != frame) {
        replace(site, frame);
      }
    }
  }

  /**
   * {@code replace_page}: the entry is made anew, of the mapping's protection alone; right would be
   * to keep soft-dirty.
   */
  private static void replace(Site site, long frame) {
    Frames frames = site.mm.frames();
    long entry = site.entry();
    if (frames.stamp(Pte.frame(entry)) != frames.stamp(frame)) {
      return;
    }
    VmArea area = site.mm.areas().find(site.vpn);
    if (area == null) {
      return;
    }
    boolean forgets = site.mm.profile().has(Quirk.SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY);
    long kept = forgets ? 0 : entry & Pte.SOFT_DIRTY;
    frames.map(frame);
    set(site, NewEntry.of(site.mm, area, frame, Pte.ACCESSED | kept));
    frames.unmap(Pte.frame(entry));
  }

  /** {@return whether ksmd would take the page} An anonymous page that no device may write. */
  private static boolean isMergeable(Site site) {
    VmArea area = site.mm.areas().find(site.vpn);
    long entry = site.entry();
    return area != null
        && area.has(VmFlags.MERGEABLE)
        && (entry & (Pte.PRESENT | Pte.SPECIAL | Pte.FILE)) == Pte.PRESENT
        && !site.mm.frames().isPinned(Pte.frame(entry));
  }

  /**
   * Gives each page of a range one of its own again: {@code unmerge_ksm_pages}. Linux before 6.2
   * does that by a store's fault.
   */
  static void unmerge(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      Site site = new Site(mm, vpn);
      long entry = site.entry();
      if (!Pte.isPresent(entry) || !mm.frames().marks().isMerged(Pte.frame(entry))) {
        continue;
      }
      long copy = AnonymousFault.ownCopy(mm, area, Pte.frame(entry));
      long bare = copy & ~(Pte.WRITE | Pte.DIRTY | Pte.SOFT_DIRTY);
      long unwritten = bare | (entry & (Pte.SOFT_DIRTY | Pte.UFFD_WP));
      mm.frames().marks().setDirty(Pte.frame(copy), true);
      set(site, mm.profile().has(Quirk.UNMERGE_WRITES) ? copy : unwritten);
      mm.frames().unmap(Pte.frame(entry));
    }
  }

  private static void set(Site site, long after) {
    VmArea area = site.mm.areas().find(site.vpn);
    PteTable table = site.mm.pages().table(site.vpn);
    if (area != null && table != null) {
      site.mm.pages().set(area, site.vpn, table, after, ChangeCause.MERGE);
    }
  }

  /** ksmd would split a huge page that holds what another page holds; here it is passed over. */
  private record Candidates(AddressSpace mm, Map<Long, List<Site>> byContent)
      implements TableVisitor {

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      for (int i = from; i < to; i++) {
        Site site = new Site(mm, vpn + i - from);
        if (isMergeable(site)) {
          long stamp = mm.frames().stamp(Pte.frame(table.get(i)));
          byContent.computeIfAbsent(stamp, s -> new ArrayList<>()).add(site);
        }
      }
      return true;
    }
  }
}
