package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryCategories;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import org.jspecify.annotations.Nullable;

/**
 * A mapping, {@code struct vm_area_struct}: a range of pages with common flags, of a file or
 * anonymous. Only {@link VmaTree} changes its range and flags.
 */
public final class VmArea implements EntryCategories {

  private static final long FROM_ENTRY =
      Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.HUGE
          | Categories.SOFT_DIRTY
          | Categories.GUARD;

  private final @Nullable OpenFile openFile;
  private long startVpn;
  private long endVpn;

  /** The page of the file, or of the original place, that the first page maps. */
  private long pageOffset;

  private long flags;
  private @Nullable AnonVma anonVma;
  private @Nullable UserfaultContext userfaults;

  /** Whether ancestors' pages may be mapped here: more than one anon_vma is in the chain. */
  private boolean inherited;

  /** What the mapping gives each of its pages, and which categories their entries may add. */
  private long given;

  private long fromEntry;

  VmArea(long startVpn, long endVpn, long flags, @Nullable OpenFile openFile, long pageOffset) {
    this.startVpn = startVpn;
    this.endVpn = endVpn;
    this.openFile = openFile;
    this.pageOffset = pageOffset;
    setFlags(flags);
  }

  /** {@return the part of the mapping from a page on, as a mapping of its own} */
  VmArea tail(long newStartVpn) {
    return copy(newStartVpn, endVpn, pageOffset + newStartVpn - startVpn);
  }

  /** {@return a mapping of the same kind over another range} */
  VmArea copy(long newStartVpn, long newEndVpn, long newPageOffset) {
    VmArea copy = new VmArea(newStartVpn, newEndVpn, flags, openFile, newPageOffset);
    copy.anonVma = anonVma;
    copy.userfaults = userfaults;
    copy.inherited = inherited;
    return copy;
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

  /** {@return the file mapped, null if anonymous} */
  public @Nullable PageCache file() {
    return openFile == null ? null : openFile.pages();
  }

  /** Notes that the mapping is there, and holds its file open: {@code get_file}. */
  void hold() {
    if (openFile != null) {
      openFile.hold();
    }
  }

  /** Notes that the mapping has gone: {@code fput}. */
  void release() {
    if (openFile != null) {
      openFile.release();
    }
  }

  /** {@return whether two mappings are of one open file, or both of none} */
  boolean sharesFile(VmArea other) {
    return openFile == other.openFile;
  }

  /** {@return the page of the file that a page of the mapping maps} */
  public long pageOffset(long vpn) {
    return pageOffset + vpn - startVpn;
  }

  @Override
  public long categories(long entry) {
    boolean untouchedPool = entry == Pte.NONE && has(VmFlags.HUGETLB);
    return untouchedPool ? given : given | (Pte.categories(entry) & fromEntry);
  }

  /** {@return whether stores to private pages make copies: {@code is_cow_mapping}} */
  boolean copiesOnWrite() {
    return (flags & (VmFlags.SHARED | VmFlags.MAYWRITE)) == VmFlags.MAYWRITE;
  }

  @Nullable AnonVma anonVma() {
    return anonVma;
  }

  boolean isInherited() {
    return inherited;
  }

  void setAnonVma(@Nullable AnonVma newAnonVma, boolean isInherited) {
    anonVma = newAnonVma;
    inherited = isInherited;
  }

  /** {@return the userfaultfd that the mapping is registered with, null if with none} */
  public @Nullable UserfaultContext userfaults() {
    return userfaults;
  }

  /** Says with which userfaultfd the flags were registered. */
  void setUserfaults(@Nullable UserfaultContext context) {
    userfaults = context;
  }

  void setRange(long newStartVpn, long newEndVpn) {
    pageOffset += newStartVpn - startVpn;
    startVpn = newStartVpn;
    endVpn = newEndVpn;
  }

  void setFlags(long newFlags) {
    flags = newFlags;
    if ((newFlags & VmFlags.UFFD) == 0) {
      userfaults = null;
    }
    boolean async = has(VmFlags.UFFD_WP_ASYNC);
    given =
        (has(VmFlags.SOFTDIRTY) ? Categories.SOFT_DIRTY : 0)
            | (async ? Categories.WPALLOWED : 0)
            | (has(VmFlags.HUGETLB) ? Categories.HUGE : 0);
    fromEntry = async ? FROM_ENTRY | Categories.WRITTEN : FROM_ENTRY;
  }

  @Override
  public String toString() {
    return String.format("[%x,%x) flags %x", startVpn, endVpn, flags);
  }
}
