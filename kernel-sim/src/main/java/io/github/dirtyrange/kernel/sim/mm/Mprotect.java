package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;

/** The mprotect system call: {@code do_mprotect_pkey}, {@code mm/mprotect.c}. */
public final class Mprotect {

  private static final String CALL = "mprotect";

  private static final int MAY_SHIFT = 4;
  private static final long KEPT_IN_MEMORY = VmFlags.WRITE | VmFlags.SHARED | VmFlags.LOCKED;

  private Mprotect() {}

  /**
   * Changes the protection of a range, mapping by mapping, up to the first gap.
   *
   * @throws KernelException EINVAL, ENOMEM where the range has a gap, EACCES
   */
  public static void protect(AddressSpace mm, long address, long bytes, int prot) {
    mm.clock().charge(Cost.MAPPING_CALL);
    refuseIf(!Pages.isAligned(address), Errno.EINVAL, CALL);
    if (bytes == 0) {
      return;
    }
    long start = Pages.vpn(address);
    long end = start + Pages.count(bytes);
    refuseIf(bytes < 0 || address < 0 || end <= start, Errno.ENOMEM, CALL);
    refuseIf((prot & ~Prot.KNOWN) != 0, Errno.EINVAL, CALL);
    long reached = (prot & Prot.GROWSDOWN) == 0 ? start : stackStart(mm, start, end);
    for (VmArea area : mm.areas().overlapping(reached, end)) {
      refuseIf(area.startVpn() > reached, Errno.ENOMEM, CALL);
      long to = Math.min(end, area.endVpn());
      protectPart(mm, area, reached, to, prot);
      reached = to;
    }
    refuseIf(reached < end, Errno.ENOMEM, CALL);
  }

  private static void protectPart(AddressSpace mm, VmArea area, long from, long to, int prot) {
    long access = Prot.vmFlags(prot);
    refuseIf((access & ~(area.flags() >>> MAY_SHIFT)) != 0, Errno.EACCES, CALL);
    long flags = accounted(mm, area, (area.flags() & ~VmFlags.ACCESS) | access);
    if (flags == area.flags()) {
      return;
    }
    long before = area.flags();
    VmArea changed = mm.changeFlags(from, to, flags);
    mm.pages().walk(from, to, new ProtectionChange(mm, changed));
    boolean lockedPrivate = (before & KEPT_IN_MEMORY) == VmFlags.LOCKED;
    if (lockedPrivate && (flags & VmFlags.WRITE) != 0) {
      Populate.fillIfPossible(mm, from, to);
    }
  }

  /** PROT_GROWSDOWN: the protection is for all of the stack below. */
  private static long stackStart(AddressSpace mm, long start, long end) {
    List<VmArea> areas = mm.areas().overlapping(start, end);
    refuseIf(areas.isEmpty(), Errno.ENOMEM, CALL);
    refuseIf(!areas.get(0).has(VmFlags.GROWSDOWN), Errno.EINVAL, CALL);
    return areas.get(0).startVpn();
  }

  private static long accounted(AddressSpace mm, VmArea area, long flags) {
    long old = area.flags();
    long settled =
        VmFlags.ACCOUNT | VmFlags.WRITE | VmFlags.SHARED | VmFlags.NORESERVE | VmFlags.HUGETLB;
    if ((flags & VmFlags.WRITE) != 0) {
      return (old & settled) == 0 ? flags | VmFlags.ACCOUNT : flags;
    }
    boolean untouched = area.file() == null && area.anonVma() == null;
    return untouched && !mm.profile().has(Quirk.MPROTECT_KEEPS_ACCOUNT)
        ? flags & ~VmFlags.ACCOUNT
        : flags;
  }
}
