package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;

/** The memory of one process, {@code struct mm_struct}: its mappings and its page table. */
public final class AddressSpace {

  /** The page after the last that a process may map (TASK_SIZE). */
  public static final long END_VPN = PageTable.END_VPN - 1;

  private final Profile profile;
  private final VirtualClock clock;
  private final Frames frames;
  private final VmaTree areas;
  private final PageTable pages = new PageTable();
  private final long softDirtyBit;
  private final long softDirtyFlag;

  /** Makes an empty address space on a machine's frames. */
  public AddressSpace(Profile profile, VirtualClock clock, Frames frames) {
    this.profile = profile;
    this.clock = clock;
    this.frames = frames;
    areas = new VmaTree(profile.has(Quirk.MERGE_FORGETS_SOFT_DIRTY));
    boolean softDirty = !profile.has(Quirk.NO_SOFT_DIRTY);
    softDirtyBit = softDirty ? Pte.SOFT_DIRTY : 0;
    softDirtyFlag = softDirty ? VmFlags.SOFTDIRTY : 0;
  }

  /** Sets who learns of transitions from now on. */
  public void setSink(TransitionSink sink) {
    areas.setSink(sink);
    pages.setSink(sink);
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

  /** {@return {@link Pte#SOFT_DIRTY}, or 0 where soft-dirty is compiled out} */
  long softDirtyBit() {
    return softDirtyBit;
  }

  /** {@return {@link VmFlags#SOFTDIRTY}, or 0 where soft-dirty is compiled out} */
  long softDirtyFlag() {
    return softDirtyFlag;
  }
}
