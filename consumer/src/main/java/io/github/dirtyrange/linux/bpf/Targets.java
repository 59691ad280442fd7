package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose changes programs record, and where: each memory that is followed has a slot, and a ring of
 * its own. It takes as many as processes may be followed at once.
 *
 * <p>Safe for use by several threads.
 */
final class Targets implements AutoCloseable {

  /** How many memories can be followed at once. */
  static final int MOST = 1024;

  // The words of the one value of the common map.

  /**
   * The {@code mm_struct} that is followed if it is the only one, {@link #SEVERAL}, or nobody's.
   */
  static final int ONLY = 0;

  /** How often page tables of a file may have been dropped, of whoever maps it. */
  private static final int RETRACTIONS = 8;

  /** How many faults on behalf of others there were of which nobody knows whose. */
  private static final int REMOTE_FAULTS = 16;

  private static final int COMMON_WORDS = 3;

  // The words of a slot.

  /** Not 0 while changes that are no faults are recorded. */
  static final int CHANGES = 0;

  /** Not 0 while faults are. */
  static final int FAULTS = 8;

  /** How many records found no room. */
  static final int LOST = 16;

  /** How many of those would have told of a write that no look at the pages shows. */
  static final int LOST_WRITES = 24;

  private static final int SLOT_WORDS = 4;

  private static final int NO_FLAGS = 0;

  /** What {@link #ONLY} is where more than one is followed. */
  static final int SEVERAL = 0;

  /** No memory is there; threads of the kernel have none, which is 0. */
  private static final long NOBODY = 1;

  /** What all of this takes that is mapped here, in bytes. */
  static final long MAPPED_BYTES = Pages.SIZE + (long) MOST * SLOT_WORDS * Long.BYTES;

  private final WordMap common;
  private final WordMap slots;
  private final Descriptor numbers;
  private final Descriptor rings;
  private final Map<Long, Integer> slotOf = new HashMap<>();
  private final BitSet used = new BitSet(MOST);

  private Targets(WordMap common, WordMap slots, Descriptor numbers, Descriptor rings) {
    this.common = common;
    this.slots = slots;
    this.numbers = numbers;
    this.rings = rings;
    tellWhetherOnly();
  }

  /**
   * Makes the maps; nobody is followed.
   *
   * @throws KernelException if there can be no map
   */
  static Targets create() {
    Deque<Runnable> opened = new ArrayDeque<>();
    try {
      WordMap common = WordMap.create(1, COMMON_WORDS);
      opened.push(common::close);
      WordMap slots = WordMap.create(MOST, SLOT_WORDS);
      opened.push(slots::close);
      Descriptor numbers =
          Bpf.createMap(Abi.BPF_MAP_TYPE_HASH, Long.BYTES, Integer.BYTES, MOST, NO_FLAGS);
      opened.push(numbers::close);
      try (Descriptor like = RecordRing.createMap(Pages.SIZE)) {
        return new Targets(common, slots, numbers, Bpf.createArrayOfMaps(MOST, like));
      }
    } catch (RuntimeException | Error e) {
      opened.forEach(Runnable::run);
      throw e;
    }
  }

  RecordMaps maps() {
    return new RecordMaps(common.number(), numbers.number(), slots.number(), rings.number());
  }

  /**
   * Follows a memory; nothing of it is recorded yet.
   *
   * @param mm where the kernel has it
   * @return its slot
   * @throws KernelException EEXIST if it is followed, EMFILE if as many are as can be
   */
  synchronized int add(long mm, RecordRing ring) {
    KernelException.refuseIf(slotOf.containsKey(mm), Errno.EEXIST, "following a memory twice");
    int slot = used.nextClearBit(0);
    KernelException.refuseIf(
        slot == MOST, Errno.EMFILE, "following more than " + MOST + " processes at once");
    for (int offset = 0; offset < SLOT_WORDS * Long.BYTES; offset += Long.BYTES) {
      slots.set(slot, offset, 0);
    }
    Bpf.put(rings, slot, ring.number());
    try {
      Bpf.put(numbers, mm, slot);
    } catch (KernelException e) {
      Bpf.remove(rings, slot);
      throw e;
    }
    used.set(slot);
    slotOf.put(mm, slot);
    tellWhetherOnly();
    return slot;
  }

  /**
   * Follows a memory no more. When this returns no program writes to its ring. If the kernel does
   * not forget it, nothing is recorded of it all the same, and its slot stays taken for as long as
   * the programs are there.
   */
  synchronized void remove(long mm) {
    Integer slot = slotOf.remove(mm);
    if (slot == null) {
      return;
    }
    record(slot, false, false);
    tellWhetherOnly();
    try {
      Bpf.remove(numbers, mm);
      Bpf.remove(rings, slot);
      used.clear(slot);
    } catch (KernelException e) {
      slotOf.put(mm, slot);
    }
  }

  /** So that of all others a program needs to know one word alone. */
  private void tellWhetherOnly() {
    long only = slotOf.size() > 1 ? SEVERAL : NOBODY;
    common.set(0, ONLY, slotOf.size() == 1 ? slotOf.keySet().iterator().next() : only);
  }

  /** Says what is recorded of a slot's memory from now on. */
  void record(int slot, boolean changes, boolean faults) {
    slots.set(slot, CHANGES, changes ? 1 : 0);
    slots.set(slot, FAULTS, faults ? 1 : 0);
  }

  /** {@return how many records of a slot found no room, of writes that no look shows or others} */
  long lost(int slot, boolean ofWrites) {
    return slots.get(slot, ofWrites ? LOST_WRITES : LOST);
  }

  /**
   * {@return how often this has happened, and nobody knows to whom}
   *
   * @param change one of which that is counted
   */
  long count(Change change) {
    return common.get(0, counter(change));
  }

  /** {@return where in the common map that is counted, in bytes} */
  static int counter(Change change) {
    return switch (change) {
      case RETRACTED -> RETRACTIONS;
      case REMOTE_FAULT -> REMOTE_FAULTS;
      default -> throw new IllegalArgumentException(change + " has an owner");
    };
  }

  @Override
  public void close() {
    rings.close();
    numbers.close();
    slots.close();
    common.close();
  }
}
