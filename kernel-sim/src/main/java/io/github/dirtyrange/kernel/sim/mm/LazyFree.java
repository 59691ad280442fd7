package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;

/**
 * MADV_FREE: pages may be dropped from now on, until they are stored to again ({@code
 * madvise_free_pte_range}, {@code mm/madvise.c}). Only the CPU's bits go, so no category changes.
 */
final class LazyFree implements TableVisitor {

  private static final EntryEdit CLEAN =
      new EntryEdit(Pte.DIRTY | Pte.ACCESSED, 0, 0, 0, Pte.NONE, Summary.ANY);

  private final AddressSpace mm;
  private final VmArea area;

  private LazyFree(AddressSpace mm, VmArea area) {
    this.mm = mm;
    this.area = area;
  }

  /** Throws {@link KernelException} with EINVAL where the memory is not private and anonymous. */
  static void free(AddressSpace mm, VmArea area, long from, long to) {
    if (!Madvise.isPrivateAnonymous(area)) {
      throw new KernelException(Errno.EINVAL, "madvise FREE");
    }
    mm.splitHugeAt(from);
    mm.splitHugeAt(to);
    mm.pages().walk(from, to, new LazyFree(mm, area));
  }

  @Override
  public boolean entries(long vpn, long[] table, int from, int to) {
    mm.pages().edit(area, vpn, table, from, to, CLEAN, Cause.PROTECT);
    return true;
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    mm.pages().setHuge(area, startVpn, CLEAN.apply(entry), Cause.PROTECT);
    return true;
  }

  @Override
  public boolean hole(long startVpn, long endVpn) {
    return true;
  }
}
