package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/** Faults in memory of the pool of huge pages: {@code hugetlb_fault}, {@code mm/hugetlb.c}. */
final class HugeTlbFault {

  private final AddressSpace mm;
  private final VmArea area;
  private final long vpn;

  private HugeTlbFault(AddressSpace mm, VmArea area, long vpn) {
    this.mm = mm;
    this.area = area;
    this.vpn = Pages.blockStart(vpn);
  }

  /** Handles a fault; the access is tried again afterwards, and may take another one. */
  static void handle(AddressSpace mm, VmArea area, long vpn, boolean write) {
    mm.clock().charge(write ? Cost.WRITE_FAULT : Cost.READ_FAULT);
    new HugeTlbFault(mm, area, vpn).handle(write);
  }

  private void handle(boolean write) {
    long entry = mm.pages().huge(vpn);
    if (!Pte.isPresent(entry)) {
      firstTouch(entry, write);
    } else if (!write) {
      set(entry | Pte.ACCESSED);
    } else if (!Pte.isWriteProtected(entry) || !area.has(VmFlags.UFFD_WP)) {
      own(entry);
    } else if (area.has(VmFlags.UFFD_WP_ASYNC)) {
      own(EntryEdit.UNPROTECT.apply(entry));
    } else {
      mm.faults().tellReader(vpn, true, true);
    }
  }

  /** {@code hugetlb_no_page}: a page that was write-protected when it was empty stays so. */
  private void firstTouch(long before, boolean write) {
    long entry = area.has(VmFlags.MAYSHARE) ? cached() : fresh(write);
    set(Pte.isWriteProtected(before) ? EntryEdit.WRITE_PROTECT.apply(entry) : entry);
  }

  private long cached() {
    PageCache file = area.file();
    if (file == null) {
      throw new IllegalStateException("memory of the pool without a file");
    }
    long page = area.pageOffset(vpn);
    long frame = file.hugeFrame(page);
    mm.frames().mapHuge(frame);
    long entry = NewEntry.of(mm, area, frame, Pte.HUGE | Pte.FILE | Pte.ACCESSED);
    boolean writable = area.has(VmFlags.SHARED | VmFlags.WRITE);
    return writable ? NewEntry.written(mm, area, entry) : entry;
  }

  private long fresh(boolean write) {
    mm.prepareAnonymous(area);
    long bits = Pte.HUGE | Pte.ACCESSED | Pte.EXCLUSIVE;
    long entry = NewEntry.of(mm, area, mm.frames().allocateHuge(), bits);
    return write ? NewEntry.written(mm, area, entry) : entry;
  }

  /** {@code hugetlb_wp}: a store to a page that is mapped read-only. */
  private void own(long entry) {
    if (area.has(VmFlags.MAYSHARE)) {
      set(NewEntry.written(mm, area, entry));
    } else if (mm.frames().mapCount(Pte.frame(entry)) == 1) {
      set(NewEntry.written(mm, area, entry | Pte.EXCLUSIVE));
    } else {
      copy(Pte.frame(entry));
    }
  }

  private void copy(long old) {
    set(ownCopy(mm, area, old), ChangeCause.COPY_ON_WRITE);
    mm.frames().unmapHuge(old);
  }

  /** {@return the entry of a fresh huge page that holds what another one holds} */
  static long ownCopy(AddressSpace mm, VmArea area, long old) {
    Frames frames = mm.frames();
    long fresh = frames.allocateHuge();
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      frames.setStamp(fresh + i, frames.stamp(old + i));
    }
    long entry = NewEntry.of(mm, area, fresh, Pte.HUGE | Pte.EXCLUSIVE);
    return NewEntry.written(mm, area, entry);
  }

  private void set(long entry) {
    set(entry, ChangeCause.FAULT);
  }

  private void set(long entry, ChangeCause cause) {
    mm.pages().setHuge(area, vpn, entry, cause);
  }
}
