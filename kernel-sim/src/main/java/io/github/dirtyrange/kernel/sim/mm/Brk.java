package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;

/** The brk system call, which moves the end of the heap: {@code mm/mmap.c}. */
public final class Brk {

  /** Where every simulated heap starts, in bytes. */
  public static final long START = 0x5555_5580_0000L;

  private Brk() {}

  /**
   * Moves the end of the heap.
   *
   * @return where the heap ends now: where it did before, if it could not be moved
   */
  public static long set(AddressSpace mm, long currentEnd, long wantedEnd) {
    mm.clock().charge(Operation.MAPPING_CALL);
    long oldVpn = Pages.count(currentEnd);
    long newVpn = Pages.count(wantedEnd);
    if (wantedEnd < START || newVpn > AddressSpace.END_VPN) {
      return currentEnd;
    }
    if (newVpn < oldVpn) {
      Munmap.unmapPages(mm, newVpn, oldVpn);
    } else if (newVpn > oldVpn) {
      if (!mm.areas().isFree(oldVpn, newVpn)) {
        return currentEnd;
      }
      mm.areas().insert(new VmArea(oldVpn, newVpn, flags(mm), null, oldVpn));
    }
    return wantedEnd;
  }

  private static long flags(AddressSpace mm) {
    return VmFlags.READ
        | VmFlags.WRITE
        | VmFlags.MAYREAD
        | VmFlags.MAYWRITE
        | VmFlags.MAYEXEC
        | VmFlags.ACCOUNT
        | mm.softDirtyFlag();
  }
}
