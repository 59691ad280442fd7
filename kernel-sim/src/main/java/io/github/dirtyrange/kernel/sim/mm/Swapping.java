package io.github.dirtyrange.kernel.sim.mm;

import java.util.Collection;

/** The swapoff and swapon system calls: {@code mm/swapfile.c}. */
public final class Swapping {

  private Swapping() {}

  /** Brings every page back, of shared memory first: {@code try_to_unuse}. */
  public static void off(Collection<AddressSpace> memories, Frames frames) {
    frames.swap().setOn(false);
    frames.swap().takeSharedMemory().forEach(PageCache::restore);
    memories.forEach(SwapFault::bringAllIn);
  }

  /** Lets pages out again. */
  public static void on(Frames frames) {
    frames.swap().setOn(true);
  }
}
