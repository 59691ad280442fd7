package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/**
 * One mapping's part of a PAGEMAP_SCAN: {@code pagemap_scan_pmd_entry} and {@code
 * pagemap_scan_pte_hole}, {@code fs/proc/task_mmu.c}.
 */
final class ScanWalk implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final ScanRequest request;
  private final ScanOutput output;
  private final ScanCategories categories;
  private final boolean protects;

  /** Whether a protected page cannot match. */
  private final boolean onlyWritten;

  /** Whether an entry of the table under way was protected. */
  private boolean flushNeeded;

  ScanWalk(AddressSpace mm, VmArea area, ScanRequest request, ScanOutput output) {
    this.mm = mm;
    this.area = area;
    this.request = request;
    this.output = output;
    categories = new ScanCategories(mm.profile(), area, request);
    protects =
        (request.flags() & ScanRequest.WP_MATCHING) != 0
            || (mm.profile().has(Quirk.SCAN_PROTECTS_UNASKED) && area.has(VmFlags.UFFD_WP_ASYNC));
    onlyWritten = (request.requiredMask() & ~request.invertedMask() & Categories.WRITTEN) != 0;
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    boolean goesOn = walk(vpn, table, from, to);
    flushIfProtected();
    return goesOn;
  }

  /** Once a table, however many of its pages were protected: {@code pagemap_scan_pmd_entry}. */
  private void flushIfProtected() {
    if (flushNeeded) {
      flushNeeded = false;
      mm.clock().charge(Cost.TLB_FLUSH);
    }
  }

  private boolean walk(long vpn, PteTable table, int from, int to) {
    boolean silent = protects && output.isAbsent();
    if ((silent || onlyWritten) && !table.maySomeBeUnprotected()) {
      mm.clock().charge(Cost.SCAN_PAGE, to - from);
      return true;
    }
    if (silent) {
      mm.clock().charge(Cost.SCAN_PAGE, to - from);
      protectAll(vpn, table, from, to);
      return true;
    }
    int end = report(vpn, table, from, to);
    mm.clock().charge(Cost.SCAN_PAGE, end - from);
    return end == to;
  }

  /**
   * Reports the entries of a table that match, runs that say the same at once; {@return the index
   * at which output was refused}
   */
  private int report(long vpn, PteTable table, int from, int to) {
    long origin = vpn - from;
    int unarmed = from;
    int next;
    for (int i = from; i < to; i = next) {
      long found = categories.of(table.get(i));
      next = endOfRun(table, i, to, found);
      boolean matches = matches(found);
      int reached = matches ? (int) (output.add(origin + i, origin + next, found) - origin) : next;
      if (!matches || (found & Categories.WRITTEN) == 0) {
        protect(origin, table, unarmed, i);
        unarmed = next;
      }
      if (reached < next) {
        protect(origin, table, unarmed, reached);
        return reached;
      }
    }
    protect(origin, table, unarmed, to);
    return to;
  }

  private int endOfRun(PteTable table, int from, int to, long found) {
    int end = from + 1;
    while (end < to && categories.of(table.get(end)) == found) {
      end++;
    }
    return end;
  }

  private boolean matches(long found) {
    long inverted = found ^ request.invertedMask();
    return (inverted & request.requiredMask()) == request.requiredMask()
        && (request.anyOfMask() == 0 || (inverted & request.anyOfMask()) != 0);
  }

  private void protect(long origin, PteTable table, int from, int to) {
    if (protects && from < to) {
      mm.clock().charge(Cost.REARM_PAGE, to - from);
      flushNeeded = true;
      mm.pages()
          .edit(area, origin + from, table, from, to, EntryEdit.WRITE_PROTECT, ChangeCause.ARM);
    }
  }

  /** Without output the masks are not looked at: every entry not yet protected is. */
  private void protectAll(long vpn, PteTable table, int from, int to) {
    long origin = vpn - from;
    int run = from;
    for (int i = from; i < to; i++) {
      if (Pte.isWriteProtected(table.get(i))) {
        protect(origin, table, run, i);
        run = i + 1;
      }
    }
    protect(origin, table, run, to);
  }

  /** {@code pagemap_scan_thp_entry}: protecting a part of a huge page splits it. */
  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    mm.clock().charge(Cost.SCAN_PAGE);
    return area.has(VmFlags.HUGETLB)
        ? pool(startVpn, endVpn, entry)
        : whole(startVpn, endVpn, entry, categories.of(entry), this::splitInstead);
  }

  private boolean splitInstead(long startVpn, long endVpn) {
    output.backOut(startVpn);
    mm.splitHugeAt(startVpn | 1);
    return mm.pages().walk(startVpn, endVpn, this);
  }

  /** {@code pagemap_scan_hugetlb_entry}: a page of the pool is protected as a whole, or not. */
  private boolean pool(long startVpn, long endVpn, long entry) {
    return whole(startVpn, endVpn, entry, categories.ofPool(entry), this::leaveOut);
  }

  private boolean leaveOut(long startVpn, long endVpn) {
    output.endAt(startVpn);
    return true;
  }

  /** Reports a huge page that matches, and protects it; {@return whether the walk goes on} */
  private boolean whole(long startVpn, long endVpn, long entry, long found, Part inPart) {
    if (!matches(found)) {
      return true;
    }
    long end = output.add(startVpn, endVpn, found);
    if (end == startVpn || !protects || (found & Categories.WRITTEN) == 0) {
      return end == endVpn;
    }
    if (end - startVpn < Pages.PER_TABLE) {
      return inPart.protect(startVpn, endVpn);
    }
    mm.clock().charge(Cost.REARM_PAGE);
    mm.clock().charge(Cost.TLB_FLUSH);
    mm.pages().setHuge(area, startVpn, EntryEdit.WRITE_PROTECT.apply(entry), ChangeCause.ARM);
    return true;
  }

  /** What is done where only a part of a huge page is to be protected. */
  @FunctionalInterface
  private interface Part {
    boolean protect(long startVpn, long endVpn);
  }

  /**
   * Where nothing is mapped for 1 GiB around, Linux calls untouched memory of the pool a hole too;
   * that is not simulated.
   */
  @Override
  public boolean hole(long startVpn, long endVpn) {
    mm.clock().charge(Cost.SCAN_PAGE);
    if (area.has(VmFlags.HUGETLB)) {
      return pool(startVpn, endVpn, Pte.NONE);
    }
    if (!matches(categories.ofHole())) {
      return true;
    }
    long end = output.add(startVpn, endVpn, categories.ofHole());
    if (protects) {
      WriteProtection.markHole(mm, area, startVpn, end);
    }
    return end == endVpn;
  }
}
