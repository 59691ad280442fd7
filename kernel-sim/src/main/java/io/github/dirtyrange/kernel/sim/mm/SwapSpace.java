package io.github.dirtyrange.kernel.sim.mm;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The machine's swap: slots that hold what pages held, how many entries refer to each, and the swap
 * cache, which knows the frame that still holds what a slot holds ({@code mm/swapfile.c}, {@code
 * mm/swap_state.c}).
 *
 * <p>A frame in the swap cache is never written while its slot is in use, so that slot and frame
 * cannot part.
 */
public final class SwapSpace {

  private static final long NONE = 0;

  private final Long2LongOpenHashMap stamps = new Long2LongOpenHashMap();
  private final Long2IntOpenHashMap users = new Long2IntOpenHashMap();
  private final Long2LongOpenHashMap frameOfSlot = new Long2LongOpenHashMap();
  private final Long2LongOpenHashMap slotOfFrame = new Long2LongOpenHashMap();

  /** Shared memory that has pages here. */
  private final Set<PageCache> sharedMemory = new LinkedHashSet<>();

  private final MemoryIds memoryIds;
  private final LongArrayList free = new LongArrayList();
  private long fresh = 1;
  private boolean on = true;

  SwapSpace(MemoryIds memoryIds) {
    this.memoryIds = memoryIds;
  }

  /** {@return whether pages can be swapped out} */
  public boolean isOn() {
    return on;
  }

  void setOn(boolean isOn) {
    on = isOn;
  }

  /** {@return how many slots are in use} */
  public int slotsInUse() {
    return users.size();
  }

  /** Notes that shared memory has pages here. */
  void addSharedMemory(PageCache file) {
    sharedMemory.add(file);
  }

  /** Notes that shared memory is gone, and so has none. */
  void removeSharedMemory(PageCache file) {
    sharedMemory.remove(file);
  }

  /** {@return the shared memory that has pages here, and forgets it} */
  List<PageCache> takeSharedMemory() {
    List<PageCache> all = List.copyOf(sharedMemory);
    sharedMemory.clear();
    return all;
  }

  /** Puts a frame's content into a slot, which gets one user; {@return the slot} */
  long store(long frame, long stamp) {
    long slot = slotOfFrame.get(frame);
    if (slot == NONE) {
      slot = free.isEmpty() ? fresh++ : free.popLong();
      stamps.put(slot, stamp);
      slotOfFrame.put(frame, slot);
      frameOfSlot.put(slot, frame);
      memoryIds.toSlot(frame, slot);
    }
    users.addTo(slot, 1);
    return slot;
  }

  /** Notes one more entry that refers to a slot: {@code swap_duplicate}. */
  void share(long slot) {
    users.addTo(slot, 1);
  }

  /** Notes one entry less that refers to a slot, and frees it with the last. */
  void drop(long slot) {
    if (users.addTo(slot, -1) > 1) {
      return;
    }
    users.remove(slot);
    memoryIds.forgetSlot(slot);
    stamps.remove(slot);
    slotOfFrame.remove(frameOfSlot.remove(slot));
    free.push(slot);
  }

  /** {@return how many entries refer to a slot} */
  int users(long slot) {
    return users.get(slot);
  }

  /** {@return what a slot holds} */
  long stamp(long slot) {
    return stamps.get(slot);
  }

  /** {@return the frame that holds what a slot holds, 0 if none does} */
  public long cachedFrame(long slot) {
    return frameOfSlot.get(slot);
  }

  /** {@return the slot that holds what a frame holds, 0 if none does} */
  public long slotOf(long frame) {
    return slotOfFrame.get(frame);
  }

  /** Notes that a frame holds what a slot holds. */
  void cache(long slot, long frame) {
    frameOfSlot.put(slot, frame);
    slotOfFrame.put(frame, slot);
  }

  /** Notes that a frame holds it no longer: it is freed, or another takes its place. */
  void uncache(long frame) {
    long slot = slotOfFrame.remove(frame);
    if (slot != NONE) {
      frameOfSlot.remove(slot);
    }
  }
}
