package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;

/** A process's heap, whose end the brk system call moves: {@code mm/mmap.c}. */
public final class Brk {

  /** Where every simulated heap starts, in bytes. */
  public static final long START = 0x5555_5580_0000L;

  private long start;
  private long end;

  private Brk(long start, long end) {
    this.start = start;
    this.end = end;
  }

  /** {@return an empty heap at an address} */
  public static Brk at(long address) {
    return new Brk(address, address);
  }

  /** {@return a forked child's heap} */
  public Brk copy() {
    return new Brk(start, end);
  }

  /**
   * Moves the end of the heap, which needs a free page behind it.
   *
   * @return where the heap ends now: where it did before, if it could not be moved
   */
  public long move(AddressSpace mm, long wantedEnd) {
    mm.clock().charge(Cost.MAPPING_CALL);
    long oldVpn = Pages.count(end);
    long newVpn = Pages.count(wantedEnd);
    if (wantedEnd < start || newVpn > AddressSpace.END_VPN) {
      return end;
    }
    boolean possible = newVpn <= oldVpn ? shrink(mm, newVpn, oldVpn) : grow(mm, oldVpn, newVpn);
    end = possible ? wantedEnd : end;
    return end;
  }

  private static boolean shrink(AddressSpace mm, long newVpn, long oldVpn) {
    if (newVpn == oldVpn) {
      return true;
    }
    if (mm.areas().isFree(newVpn, oldVpn)) {
      return false;
    }
    Munmap.unmapPages(mm, newVpn, oldVpn);
    return true;
  }

  /** The heap's first mapping does not merge with what lies before the heap. */
  private boolean grow(AddressSpace mm, long oldVpn, long newVpn) {
    if (!mm.areas().isFree(oldVpn, newVpn + 1) || StackGrowth.isBelowStack(mm, newVpn + 1)) {
      return false;
    }
    VmArea area = new VmArea(oldVpn, newVpn, flags(mm), null, oldVpn);
    if (oldVpn == Pages.count(start)) {
      mm.areas().insertAlone(area, ChangeCause.MAP);
    } else {
      mm.areas().insert(area);
    }
    return true;
  }

  private static long flags(AddressSpace mm) {
    return VmFlags.READ
        | VmFlags.WRITE
        | VmFlags.MAYREAD
        | VmFlags.MAYWRITE
        | VmFlags.MAYEXEC
        | VmFlags.ACCOUNT
        | mm.newSoftDirtyFlag();
  }
}
