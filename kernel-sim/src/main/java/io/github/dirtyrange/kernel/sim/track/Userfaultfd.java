package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Cause;
import io.github.dirtyrange.kernel.sim.mm.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.PageTable;
import io.github.dirtyrange.kernel.sim.mm.TableVisitor;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import java.util.List;

/**
 * A userfaultfd with the features WP_ASYNC and WP_UNPOPULATED, registered in write-protect mode
 * alone: the kernel resolves the faults itself ({@code fs/userfaultfd.c}).
 */
public final class Userfaultfd {

  private Userfaultfd() {}

  /** UFFDIO_REGISTER_MODE_WP. */
  public static final long REGISTER_WP = 2;

  /** UFFDIO_WRITEPROTECT_MODE_WP: protect rather than lift the protection. */
  public static final long PROTECT = 1;

  private static final long DONT_WAKE = 2;

  /** The lowest address that may be named (vm.mmap_min_addr). */
  private static final long LOWEST_ADDRESS = Pages.SIZE;

  /**
   * Registers the mappings of a range of addresses: UFFDIO_REGISTER.
   *
   * @throws KernelException EINVAL for another mode than {@link #REGISTER_WP}, for a range that is
   *     not of whole pages or holds no mapping, and where the kernel has no WP_ASYNC
   */
  public static void register(AddressSpace mm, long address, long bytes, long mode) {
    check(mode == REGISTER_WP, Errno.EINVAL, "UFFDIO_REGISTER");
    validate(address, bytes, "UFFDIO_REGISTER");
    register(mm, Pages.vpn(address), Pages.vpn(address + bytes));
  }

  /**
   * Lifts all protection from a range of addresses and takes it off the descriptor:
   * UFFDIO_UNREGISTER.
   *
   * @throws KernelException EINVAL for a range that is not of whole pages or holds no mapping
   */
  public static void unregisterBytes(AddressSpace mm, long address, long bytes) {
    validate(address, bytes, "UFFDIO_UNREGISTER");
    long startVpn = Pages.vpn(address);
    long endVpn = Pages.vpn(address + bytes);
    boolean mapped = !mm.areas().overlapping(startVpn, endVpn).isEmpty();
    check(mapped, Errno.EINVAL, "UFFDIO_UNREGISTER");
    unregister(mm, startVpn, endVpn);
  }

  /**
   * Protects a range of addresses, or lifts the protection: UFFDIO_WRITEPROTECT. Mappings before
   * one that is not registered are changed all the same.
   *
   * @throws KernelException EINVAL for an unknown mode or a range that is not of whole pages;
   *     ENOENT where a mapping is not registered, or there is none
   */
  public static void writeProtect(AddressSpace mm, long address, long bytes, long mode) {
    mm.clock().charge(Operation.MAPPING_CALL);
    validate(address, bytes, "UFFDIO_WRITEPROTECT");
    boolean known = (mode & ~(PROTECT | DONT_WAKE)) == 0 && mode != (PROTECT | DONT_WAKE);
    check(known, Errno.EINVAL, "UFFDIO_WRITEPROTECT");
    long startVpn = Pages.vpn(address);
    long endVpn = Pages.vpn(address + bytes);
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    check(!areas.isEmpty(), Errno.ENOENT, "UFFDIO_WRITEPROTECT");
    for (VmArea area : areas) {
      check(area.has(VmFlags.UFFD_WP_ASYNC), Errno.ENOENT, "UFFDIO_WRITEPROTECT");
      long from = Math.max(startVpn, area.startVpn());
      long to = Math.min(endVpn, area.endVpn());
      mm.pages().walk(from, to, mode == PROTECT ? new Arming(mm, area) : new Lifting(mm, area));
    }
  }

  /** {@code validate_range}. */
  private static void validate(long address, long bytes, String call) {
    long end = Pages.address(AddressSpace.END_VPN);
    boolean whole = ((address | bytes) & (Pages.SIZE - 1)) == 0 && bytes != 0;
    boolean inside =
        address >= LOWEST_ADDRESS
            && address < end
            && Long.compareUnsigned(bytes, end - address) <= 0;
    check(whole && inside, Errno.EINVAL, call);
  }

  private static void check(boolean right, Errno otherwise, String call) {
    if (!right) {
      throw new KernelException(otherwise, call);
    }
  }

  /**
   * Registers the mappings of a range of pages: UFFDIO_REGISTER.
   *
   * @throws KernelException EINVAL where there is no mapping, or the kernel has no WP_ASYNC
   */
  public static void register(AddressSpace mm, long startVpn, long endVpn) {
    mm.clock().charge(Operation.MAPPING_CALL);
    boolean known = !mm.profile().has(Quirk.NO_PAGEMAP_SCAN);
    if (!known || startVpn >= endVpn || mm.areas().overlapping(startVpn, endVpn).isEmpty()) {
      throw new KernelException(Errno.EINVAL, "UFFDIO_REGISTER");
    }
    mm.areas().changeFlags(startVpn, endVpn, flags -> flags | VmFlags.UFFD_WP_ASYNC);
  }

  /** Lifts all protection from a range and takes it off the descriptor: UFFDIO_UNREGISTER. */
  public static void unregister(AddressSpace mm, long startVpn, long endVpn) {
    mm.clock().charge(Operation.MAPPING_CALL);
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    for (VmArea area : areas) {
      if (area.has(VmFlags.UFFD_WP_ASYNC)) {
        long from = Math.max(startVpn, area.startVpn());
        mm.pages().walk(from, Math.min(endVpn, area.endVpn()), new Lifting(mm, area));
      }
    }
    mm.areas().changeFlags(startVpn, endVpn, flags -> flags & ~VmFlags.UFFD_WP_ASYNC);
  }

  private record Lifting(AddressSpace mm, VmArea area) implements TableVisitor {

    @Override
    public boolean entries(long vpn, long[] table, int from, int to) {
      mm.pages().edit(area, vpn, table, from, to, EntryEdit.UNPROTECT, Cause.UNPROTECT);
      return true;
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      return true;
    }
  }

  private record Arming(AddressSpace mm, VmArea area) implements TableVisitor {

    @Override
    public boolean entries(long vpn, long[] table, int from, int to) {
      mm.pages().edit(area, vpn, table, from, to, EntryEdit.WRITE_PROTECT, Cause.ARM);
      return true;
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      for (long vpn = startVpn; vpn < endVpn; ) {
        int from = PageTable.index(vpn);
        int to = (int) Math.min(Pages.PER_TABLE, from + endVpn - vpn);
        entries(vpn, mm.pages().makeTable(vpn), from, to);
        vpn += to - from;
      }
      return true;
    }
  }
}
