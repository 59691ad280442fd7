package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The memory of one process, {@code struct mm_struct}: its mappings and its page table. */
public final class AddressSpace {

  /** The page after the last that a process may map (TASK_SIZE). */
  public static final long END_VPN = PageTable.END_VPN - 1;

  private final Profile profile;
  private final VirtualClock clock;
  private final Frames frames;
  private final VmaTree areas;
  private final PageTable pages;
  private final FaultHandler faults;
  private final long softDirtyBit;
  private final long softDirtyFlag;
  private @Nullable UserfaultReader userfaults;
  private @Nullable List<UserfaultEvent> held;

  /** Makes an empty address space on a machine's frames. */
  public AddressSpace(Profile profile, VirtualClock clock, Frames frames) {
    this.profile = profile;
    this.clock = clock;
    this.frames = frames;
    pages = new PageTable(new ChangeSteps(profile.quirks()));
    areas = new VmaTree(new VmaMerge(profile));
    boolean softDirty = !profile.has(Quirk.NO_SOFT_DIRTY);
    softDirtyBit = softDirty ? Pte.SOFT_DIRTY : 0;
    softDirtyFlag = softDirty ? VmFlags.SOFTDIRTY : 0;
    faults = new FaultHandler(this);
  }

  /** Sets who learns of transitions from now on. */
  public void setSink(TransitionSink sink) {
    areas.setSink(sink);
    pages.setSink(sink);
  }

  /** Sets who reads the messages of the process's userfaultfd. */
  public void setUserfaults(@Nullable UserfaultReader reader) {
    userfaults = reader;
  }

  @Nullable UserfaultReader userfaults() {
    return userfaults;
  }

  /** Tells the reader of an event, if the mapping's userfaultfd asked for it. */
  void tell(VmArea area, UserfaultEvent event) {
    if (userfaults == null || !area.has(event.kind().vmFlag())) {
      return;
    }
    if (held != null && event.kind() == UserfaultEvent.Kind.UNMAP) {
      held.add(event);
    } else {
      userfaults.event(event);
    }
  }

  /** Does something that unmaps, and tells of that after all else: {@code uf_unmap} of mremap. */
  long tellingOfUnmapsLast(LongSupplier call) {
    List<UserfaultEvent> unmaps = new ArrayList<>();
    held = unmaps;
    try {
      return call.getAsLong();
    } finally {
      held = null;
      if (userfaults != null) {
        unmaps.forEach(userfaults::event);
      }
    }
  }

  /** {@return the kernel profile} */
  public Profile profile() {
    return profile;
  }

  /** {@return the clock that operations are charged to} */
  public VirtualClock clock() {
    return clock;
  }

  /** {@return the machine's frames} */
  public Frames frames() {
    return frames;
  }

  /** {@return the mappings} */
  public VmaTree areas() {
    return areas;
  }

  /** {@return the page table} */
  public PageTable pages() {
    return pages;
  }

  /** {@return what does the process's loads and stores} */
  public FaultHandler faults() {
    return faults;
  }

  /** {@return {@link Pte#SOFT_DIRTY}, or 0 where soft-dirty is compiled out} */
  long softDirtyBit() {
    return softDirtyBit;
  }

  /** {@return {@link VmFlags#SOFTDIRTY}, or 0 where soft-dirty is compiled out} */
  long softDirtyFlag() {
    return softDirtyFlag;
  }

  /** {@return what a new mapping has of {@link VmFlags#SOFTDIRTY}: it reads soft-dirty, whole} */
  long newSoftDirtyFlag() {
    return profile.has(Quirk.NEW_MAPPING_READS_CLEAN) ? 0 : softDirtyFlag;
  }

  /** Gives a range inside one mapping other flags; see {@link VmaTree#changeFlags}. */
  public VmArea changeFlags(long startVpn, long endVpn, long flags) {
    cutAt(startVpn);
    cutAt(endVpn);
    return areas.changeFlags(startVpn, endVpn, flags);
  }

  /** Gives a range inside one mapping what a userfaultfd sets; see {@link VmaTree#register}. */
  public VmArea register(
      long startVpn, long endVpn, long flags, @Nullable UserfaultContext userfaults) {
    cutAt(startVpn);
    cutAt(endVpn);
    return areas.register(startVpn, endVpn, flags, userfaults);
  }

  /**
   * Makes a border between mappings at a page: {@code __split_vma}.
   *
   * @throws KernelException EINVAL inside a huge page of the pool
   */
  void cutAt(long vpn) {
    HugeTlb.checkBorder(this, vpn);
    splitHugeAt(vpn);
    areas.split(vpn);
  }

  /** Splits the huge page that a border cuts, if one does; those of the pool stay whole. */
  public void splitHugeAt(long vpn) {
    if (PageTable.index(vpn) != 0 && pages.huge(vpn) != Pte.NONE && !HugeTlb.holds(this, vpn)) {
      HugePages.split(this, vpn);
    }
  }

  /** Gives a mapping what its first anonymous page needs: {@code anon_vma_prepare}. */
  void prepareAnonymous(VmArea area) {
    if (area.anonVma() == null) {
      AnonVma reusable = areas.reusableAnonVma(area);
      area.setAnonVma(reusable == null ? new AnonVma() : reusable, false);
    }
  }

  /** {@return whether stores to unwritten pages must fault: {@code vma_wants_writenotify}} */
  boolean wantsWriteNotify(VmArea area) {
    if (!area.has(VmFlags.WRITE | VmFlags.SHARED)) {
      return false;
    }
    PageCache file = area.file();
    boolean writesBack = file != null && file.kind() == PageCache.Kind.REGULAR;
    boolean tracked =
        softDirtyFlag != 0
            && !area.has(VmFlags.SOFTDIRTY)
            && !profile.has(Quirk.READ_FAULT_MAPS_WRITABLE);
    return writesBack || tracked || area.has(VmFlags.UFFD_WP);
  }

  /** {@return whether a store must fault to be noticed} {@code pte_needs_soft_dirty_wp}. */
  boolean needsSoftDirtyFault(VmArea area, long entry) {
    boolean tracked = softDirtyFlag != 0 && !area.has(VmFlags.SOFTDIRTY);
    return tracked && (entry & Pte.SOFT_DIRTY) == 0;
  }

  /** Drops what an entry that goes away refers to: a frame, or a slot in swap. */
  void drop(long entry) {
    if (Pte.isSwap(entry)) {
      frames.swap().drop(Pte.slot(entry));
    } else if (Pte.isFramed(entry)) {
      frames.unmap(Pte.frame(entry));
    }
  }

  /**
   * {@return whether a present entry may be writable without a fault, by its mapping's protection
   * or because a store could tell nothing new} {@code can_change_pte_writable}.
   */
  boolean mayStayWritable(VmArea area, long entry) {
    if (!area.has(VmFlags.WRITE) || Pte.isWriteProtected(entry)) {
      return false;
    }
    if (area.has(VmFlags.HUGETLB)) {
      return area.has(VmFlags.SHARED) && !area.has(VmFlags.UFFD_WP);
    }
    if (area.has(VmFlags.SHARED) && !wantsWriteNotify(area)) {
      return true;
    }
    boolean forgets = profile.has(Quirk.MPROTECT_FORGETS_SOFT_DIRTY);
    if (!forgets && needsSoftDirtyFault(area, entry)) {
      return false;
    }
    return (entry & (area.has(VmFlags.SHARED) ? Pte.DIRTY : Pte.EXCLUSIVE)) != 0;
  }
}
