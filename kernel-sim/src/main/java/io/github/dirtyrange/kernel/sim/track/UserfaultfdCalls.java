package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import java.util.List;

/**
 * The ioctls of a userfaultfd as a process makes them: with ranges in bytes and modes that may be
 * wrong, checked in the order of {@code fs/userfaultfd.c}.
 */
public final class UserfaultfdCalls {

  private static final long REGISTER_MODES = 7;
  private static final long PROTECT = 1;
  private static final long DONT_WAKE = 2;

  /** The lowest address that may be named (vm.mmap_min_addr). */
  private static final long LOWEST_ADDRESS = Pages.SIZE;

  private final AddressSpace mm;
  private final Userfaultfd descriptor;

  /** Makes the calls of a descriptor. */
  public UserfaultfdCalls(AddressSpace mm, Userfaultfd descriptor) {
    this.mm = mm;
    this.descriptor = descriptor;
  }

  /**
   * UFFDIO_REGISTER.
   *
   * @throws KernelException EINVAL for no mode or an unknown one, for a range that is not of whole
   *     pages or holds no mapping, and for a file on disk unless WP_ASYNC was asked for; EPERM
   *     where a mapping can never be written; EBUSY where another descriptor has registered one
   */
  public void register(long address, long bytes, long mode) {
    refuseIf(mode == 0 || (mode & ~REGISTER_MODES) != 0, Errno.EINVAL, "UFFDIO_REGISTER");
    validate(address, bytes, "UFFDIO_REGISTER");
    long startVpn = Pages.vpn(address);
    long endVpn = Pages.vpn(address + bytes);
    checkStart(startVpn, endVpn, "UFFDIO_REGISTER");
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      refuseIf(!descriptor.isAsync() && isOnDisk(area), Errno.EINVAL, "UFFDIO_REGISTER");
      refuseIf(!area.has(VmFlags.MAYWRITE), Errno.EPERM, "UFFDIO_REGISTER");
      boolean ends = area.has(VmFlags.HUGETLB) && endVpn <= area.endVpn();
      refuseIf(ends && PageTable.index(endVpn) != 0, Errno.EINVAL, "UFFDIO_REGISTER");
      descriptor.checkFree(area);
    }
    descriptor.register(startVpn, endVpn, (int) mode);
  }

  /**
   * UFFDIO_UNREGISTER.
   *
   * @throws KernelException EINVAL for a range that is not of whole pages, holds no mapping, or one
   *     that another descriptor has registered
   */
  public void unregister(long address, long bytes) {
    validate(address, bytes, "UFFDIO_UNREGISTER");
    long startVpn = Pages.vpn(address);
    long endVpn = Pages.vpn(address + bytes);
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    boolean suited = areas.stream().noneMatch(UserfaultfdCalls::cannotBeRegistered);
    refuseIf(areas.isEmpty() || !suited, Errno.EINVAL, "UFFDIO_UNREGISTER");
    checkStart(startVpn, endVpn, "UFFDIO_UNREGISTER");
    descriptor.unregister(startVpn, endVpn);
  }

  /**
   * UFFDIO_WRITEPROTECT.
   *
   * @throws KernelException EINVAL for an unknown mode or a range that is not of whole pages;
   *     ENOENT where a mapping is not registered, or there is none
   */
  public void writeProtect(long address, long bytes, long mode) {
    validate(address, bytes, "UFFDIO_WRITEPROTECT");
    boolean known = (mode & ~(PROTECT | DONT_WAKE)) == 0 && mode != (PROTECT | DONT_WAKE);
    refuseIf(!known, Errno.EINVAL, "UFFDIO_WRITEPROTECT");
    long startVpn = Pages.vpn(address);
    long endVpn = Pages.vpn(address + bytes);
    if (mode == PROTECT) {
      descriptor.writeProtect(startVpn, endVpn);
    } else {
      descriptor.unprotect(startVpn, endVpn);
    }
  }

  /** Closes the descriptor, which takes everything off it. */
  public void close() {
    descriptor.close();
  }

  /** Where the first mapping is of the pool, the range must begin with a huge page. */
  private void checkStart(long startVpn, long endVpn, String call) {
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    boolean pool = !areas.isEmpty() && areas.get(0).has(VmFlags.HUGETLB);
    refuseIf(pool && PageTable.index(startVpn) != 0, Errno.EINVAL, call);
  }

  /** {@code vma_can_userfault}, asked with the modes that the mapping has now. */
  private static boolean cannotBeRegistered(VmArea area) {
    return isOnDisk(area) && (area.flags() & VmFlags.UFFD) == 0;
  }

  private static boolean isOnDisk(VmArea area) {
    PageCache file = area.file();
    return file != null && file.kind() == PageCache.Kind.REGULAR;
  }

  /** {@code validate_range}. */
  private static void validate(long address, long bytes, String call) {
    long end = Pages.address(AddressSpace.END_VPN);
    boolean whole = Pages.isAligned(address | bytes) && bytes != 0;
    boolean inside =
        address >= LOWEST_ADDRESS
            && address < end
            && Long.compareUnsigned(bytes, end - address) <= 0;
    refuseIf(!whole || !inside, Errno.EINVAL, call);
  }
}
