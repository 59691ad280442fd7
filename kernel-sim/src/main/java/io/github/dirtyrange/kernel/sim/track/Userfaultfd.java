package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.machine.Operation;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Cause;
import io.github.dirtyrange.kernel.sim.mm.EntryEdit;
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

  /**
   * Registers the mappings of a range: UFFDIO_REGISTER.
   *
   * @throws KernelException EINVAL where the range begins in no mapping, or the kernel has no
   *     WP_ASYNC
   */
  public static void register(AddressSpace mm, long startVpn, long endVpn) {
    mm.clock().charge(Operation.MAPPING_CALL);
    boolean known = !mm.profile().has(Quirk.NO_PAGEMAP_SCAN);
    if (!known || startVpn >= endVpn || mm.areas().find(startVpn) == null) {
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
}
