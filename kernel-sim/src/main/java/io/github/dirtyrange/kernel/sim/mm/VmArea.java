package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Categories;

/**
 * A mapping, {@code struct vm_area_struct}: a range of pages with common flags. Only {@link
 * VmaTree} changes one.
 */
public final class VmArea {

  private static final long FROM_ENTRY =
      Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.HUGE
          | Categories.SOFT_DIRTY
          | Categories.GUARD;

  private long startVpn;
  private long endVpn;
  private long flags;

  /** What the mapping gives each of its pages, and which categories their entries may add. */
  private long given;

  private long fromEntry;

  VmArea(long startVpn, long endVpn, long flags) {
    this.startVpn = startVpn;
    this.endVpn = endVpn;
    setFlags(flags);
  }

  /** {@return a mapping with the same flags over another range} */
  VmArea copy(long newStartVpn, long newEndVpn) {
    return new VmArea(newStartVpn, newEndVpn, flags);
  }

  /** {@return the first page} */
  public long startVpn() {
    return startVpn;
  }

  /** {@return the page after the last} */
  public long endVpn() {
    return endVpn;
  }

  /** {@return bits of {@link VmFlags}} */
  public long flags() {
    return flags;
  }

  /** {@return whether all of these flags are set} */
  public boolean has(long allOf) {
    return (flags & allOf) == allOf;
  }

  /** {@return whether the page lies in the mapping} */
  public boolean contains(long vpn) {
    return vpn >= startVpn && vpn < endVpn;
  }

  /** {@return the categories of a page of this mapping that has this entry} */
  public long categories(long entry) {
    return given | (Pte.categories(entry) & fromEntry);
  }

  void setRange(long newStartVpn, long newEndVpn) {
    startVpn = newStartVpn;
    endVpn = newEndVpn;
  }

  void setFlags(long newFlags) {
    flags = newFlags;
    boolean async = has(VmFlags.UFFD_WP_ASYNC);
    given =
        (has(VmFlags.SOFTDIRTY) ? Categories.SOFT_DIRTY : 0) | (async ? Categories.WPALLOWED : 0);
    fromEntry = async ? FROM_ENTRY | Categories.WRITTEN : FROM_ENTRY;
  }

  boolean mergesWith(VmArea next) {
    return endVpn == next.startVpn && ((flags ^ next.flags) & ~VmFlags.IGNORED_BY_MERGE) == 0;
  }

  @Override
  public String toString() {
    return String.format("[%x,%x) flags %x", startVpn, endVpn, flags);
  }
}
