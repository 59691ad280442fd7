package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/** Fills missing pages for the reader of a userfaultfd: {@code mm/userfaultfd.c}. */
public final class UserfaultFill {

  private final AddressSpace mm;
  private final VmArea area;
  private final long vpn;

  private UserfaultFill(AddressSpace mm, VmArea area, long vpn) {
    this.mm = mm;
    this.area = area;
    this.vpn = vpn;
  }

  /**
   * Puts a page with this content where there is none: {@code mfill_atomic_install_pte}. Nothing is
   * allocated before it is known that there is none.
   *
   * @throws KernelException EEXIST where there is one; EFAULT beyond the file; EINVAL in the pool
   *     of huge pages, which is filled by the huge page
   */
  public static void copy(AddressSpace mm, VmArea area, long vpn, long stamp) {
    new UserfaultFill(mm, area, vpn).fill(stamp);
  }

  /**
   * Puts the zero page where there is none, {@code mfill_atomic_pte_zeropage}; in shared memory,
   * and where no zero page is mapped, it is a page of zeros.
   *
   * @throws KernelException as {@link #copy}
   */
  public static void zero(AddressSpace mm, VmArea area, long vpn) {
    UserfaultFill fill = new UserfaultFill(mm, area, vpn);
    if (area.has(VmFlags.SHARED) || mm.profile().has(Quirk.NO_ZERO_PAGE)) {
      fill.fill(0);
    } else {
      fill.check(fill.entry() == Pte.NONE);
      fill.set(NewEntry.ofZeroPage(mm, area));
    }
  }

  private void fill(long stamp) {
    check(entry() == Pte.NONE || isFreeMarker(entry()));
    PageCache file = area.file();
    long entry =
        file != null && area.has(VmFlags.SHARED)
            ? sharedPage(file)
            : AnonymousFault.ownPage(mm, area);
    mm.frames().setStamp(Pte.frame(entry), stamp);
    set(entry);
  }

  /** {@return the entry of a huge page, if there is one, or of the page} */
  private long entry() {
    long huge = mm.pages().huge(vpn);
    return huge == Pte.NONE ? mm.pages().entry(vpn) : huge;
  }

  /** A marker of write-protection does not stand in the way; a guard should. */
  private boolean isFreeMarker(long entry) {
    boolean guarded = Pte.isGuard(entry) && !mm.profile().has(Quirk.UFFD_COPY_OVERWRITES_GUARDS);
    return Pte.isMarker(entry) && !guarded;
  }

  private void check(boolean missing) {
    refuseIf(area.has(VmFlags.HUGETLB), Errno.EINVAL);
    PageCache file = area.file();
    refuseIf(file != null && area.pageOffset(vpn) >= file.pages(), Errno.EFAULT);
    refuseIf(!missing, Errno.EEXIST);
  }

  /** {@code shmem_mfill_atomic_pte}: the page must be missing in the file, too. */
  private long sharedPage(PageCache file) {
    long page = area.pageOffset(vpn);
    refuseIf(file.holds(page), Errno.EEXIST);
    long frame = file.frame(page);
    mm.frames().map(frame);
    return NewEntry.written(mm, area, NewEntry.of(mm, area, frame, Pte.FILE));
  }

  private void set(long entry) {
    mm.pages().set(area, vpn, mm.pages().makeTable(vpn), entry, ChangeCause.USERFAULTFD);
  }

  private void refuseIf(boolean wrong, Errno errno) {
    if (wrong) {
      throw new KernelException(
          errno, String.format("UFFDIO_COPY to address %x", Pages.address(vpn)));
    }
  }
}
