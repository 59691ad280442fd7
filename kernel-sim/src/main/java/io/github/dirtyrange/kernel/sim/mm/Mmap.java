package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import org.jspecify.annotations.Nullable;

/** The mmap system call: {@code do_mmap}, {@code mm/mmap.c}. */
public final class Mmap {

  /** MAP_SHARED. */
  public static final int SHARED = 0x01;

  /** MAP_PRIVATE. */
  public static final int PRIVATE = 0x02;

  /** MAP_FIXED: exactly here, in place of what is mapped. */
  public static final int FIXED = 0x10;

  /** MAP_ANONYMOUS. */
  public static final int ANONYMOUS = 0x20;

  /** MAP_GROWSDOWN. */
  public static final int GROWSDOWN = 0x100;

  /** MAP_NORESERVE. */
  public static final int NORESERVE = 0x4000;

  /** MAP_POPULATE. */
  public static final int POPULATE = 0x8000;

  /** MAP_HUGETLB: of the pool of huge pages, which is never empty. */
  public static final int HUGETLB = 0x4_0000;

  /** MAP_FIXED_NOREPLACE: exactly here, or not at all. */
  public static final int FIXED_NOREPLACE = 0x10_0000;

  private static final String CALL = "mmap";

  private static final long MAY = VmFlags.MAYREAD | VmFlags.MAYWRITE | VmFlags.MAYEXEC;

  private static final long HUGE_BYTES = Pages.address(Pages.PER_TABLE);
  private static final int TYPE = 0x0f;

  /** MAP_SHARED_VALIDATE: shared, and flags of later kernels are refused rather than ignored. */
  private static final int TYPE_VALIDATED = 0x03;

  private Mmap() {}

  /**
   * Maps memory.
   *
   * @param address where, or a hint where, or 0
   * @param file what to map; null with {@link #ANONYMOUS} and {@link #PRIVATE}
   * @param offsetBytes where in the file
   * @return where it was mapped
   * @throws KernelException EINVAL, ENOMEM, EEXIST, EBADF, EACCES
   */
  public static long map(
      AddressSpace mm,
      long address,
      long bytes,
      int prot,
      int flags,
      @Nullable OpenFile file,
      long offsetBytes) {
    mm.clock().charge(Cost.MAPPING_CALL);
    long unit = unit(flags);
    long length = (Pages.count(bytes) + unit - 1) / unit * unit;
    boolean knowsFlags = (flags & ANONYMOUS) == 0 || (flags & HUGETLB) != 0;
    boolean validated = file != null && knowsFlags && (flags & TYPE) == TYPE_VALIDATED;
    boolean shared = (flags & TYPE) == SHARED || validated;
    refuseIf(!Pages.isAligned(offsetBytes), Errno.EINVAL, CALL);
    refuseIf(bytes == 0 || (bytes < 0 && unit != 1), Errno.EINVAL, CALL);
    refuseIf(bytes < 0 || length > AddressSpace.END_VPN, Errno.ENOMEM, CALL);
    long start = choose(mm, address, length, flags);
    refuseIf(start % unit != 0, Errno.EINVAL, CALL);
    refuseIf(!shared && (flags & TYPE) != PRIVATE, Errno.EINVAL, CALL);
    refuseIf(validated && (flags & FIXED_NOREPLACE) != 0, Errno.EOPNOTSUPP, CALL);
    boolean readOnly = shared && file != null && !file.isWritable();
    refuseIf(readOnly && (prot & Prot.WRITE) != 0, Errno.EACCES, CALL);
    refuseIf(file != null && (flags & GROWSDOWN) != 0, Errno.EINVAL, CALL);
    if ((flags & FIXED) != 0) {
      makeRoom(mm, start, start + length);
    }
    long pageOffset = file == null ? start : Pages.vpn(offsetBytes);
    long vmFlags = vmFlags(mm, prot, flags, shared);
    vmFlags &= readOnly ? ~(VmFlags.SHARED | VmFlags.MAYWRITE) : -1L;
    VmArea area = new VmArea(start, start + length, vmFlags, file, pageOffset);
    if (file != null) {
      file.pages().addMapper(mm);
    }
    mm.areas().insert(area);
    if ((flags & POPULATE) != 0) {
      Populate.fillIfPossible(mm, start, start + length);
    }
    return Pages.address(start);
  }

  /** {@return the size of the file of a mapping of the pool: whole huge pages} */
  public static long hugeBytes(long bytes) {
    return (bytes + HUGE_BYTES - 1) & -HUGE_BYTES;
  }

  private static void makeRoom(AddressSpace mm, long startVpn, long endVpn) {
    try {
      Munmap.unmapPages(mm, startVpn, endVpn);
    } catch (KernelException e) {
      refuseIf(mm.profile().has(Quirk.MMAP_OVER_A_PART_IS_ENOMEM), Errno.ENOMEM, CALL);
      throw e;
    }
  }

  private static long unit(int flags) {
    return (flags & HUGETLB) != 0 ? Pages.PER_TABLE : 1;
  }

  private static long vmFlags(AddressSpace mm, int prot, int flags, boolean shared) {
    long vmFlags = Prot.vmFlags(prot) | MAY | mm.newSoftDirtyFlag();
    vmFlags |= shared ? VmFlags.SHARED | VmFlags.MAYSHARE : 0;
    vmFlags |= (flags & HUGETLB) != 0 ? VmFlags.HUGETLB | VmFlags.DONTEXPAND : 0;
    vmFlags |= (flags & NORESERVE) != 0 ? VmFlags.NORESERVE : 0;
    vmFlags |= (flags & GROWSDOWN) != 0 ? VmFlags.GROWSDOWN : 0;
    return vmFlags | (isAccounted(vmFlags) ? VmFlags.ACCOUNT : 0);
  }

  /** {@code accountable_mapping}. */
  private static boolean isAccounted(long vmFlags) {
    long mask = VmFlags.NORESERVE | VmFlags.SHARED | VmFlags.HUGETLB | VmFlags.WRITE;
    return (vmFlags & mask) == VmFlags.WRITE;
  }

  private static long choose(AddressSpace mm, long address, long length, int flags) {
    long vpn = Pages.vpn(address);
    if ((flags & (FIXED | FIXED_NOREPLACE)) == 0) {
      long hint = Pages.count(address);
      boolean usable = address > 0 && hint <= AddressSpace.END_VPN - length;
      boolean free = usable && isFreeToHint(mm, hint, hint + length);
      return free
          ? hint
          : highestGap(mm, length + unit(flags) - 1) + unit(flags) - 1 & -unit(flags);
    }
    refuseIf(address % Pages.address(unit(flags)) != 0 && unit(flags) != 1, Errno.EINVAL, CALL);
    refuseIf(address < 0 || vpn > AddressSpace.END_VPN - length, Errno.ENOMEM, CALL);
    refuseIf(Pages.address(vpn) != address, Errno.EINVAL, CALL);
    refuseIf((flags & FIXED) == 0 && !mm.areas().isFree(vpn, vpn + length), Errno.EEXIST, CALL);
    return vpn;
  }

  /** {@return whether a range that is only a hint may be mapped: not below a stack} */
  static boolean isFreeToHint(AddressSpace mm, long startVpn, long endVpn) {
    return mm.areas().isFree(startVpn, endVpn) && !StackGrowth.isBelowStack(mm, endVpn);
  }

  /** {@return the start of the highest free range, as Linux fills its mapping area from the top} */
  static long highestGap(AddressSpace mm, long length) {
    long end = AddressSpace.END_VPN;
    for (int i = mm.areas().size() - 1; i >= 0; i--) {
      VmArea area = mm.areas().get(i);
      if (end - area.endVpn() >= length) {
        return end - length;
      }
      end = Math.min(end, area.startVpn());
    }
    refuseIf(end <= length, Errno.ENOMEM, CALL);
    return end - length;
  }
}
