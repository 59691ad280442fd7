package io.github.dirtyrange.kernel.sim.mm;

import java.util.Collection;

/** Swap as a whole, from outside: swapoff and swapon, {@code mm/swapfile.c}, and reclaim. */
public final class Swapping {

  private Swapping() {}

  /** Brings every page back, of shared memory first: {@code try_to_unuse}. */
  public static void off(Collection<AddressSpace> memories, Frames frames) {
    frames.swap().setOn(false);
    frames.swap().takeSharedMemory().forEach(PageCache::restore);
    memories.forEach(SwapFault::bringAllIn);
  }

  /** Takes the page that is mapped at an address out of memory, wherever else it is mapped. */
  public static void reclaim(Collection<AddressSpace> memories, AddressSpace mm, long vpn) {
    Reclaim.everywhere(memories, mm, vpn);
  }

  /** Lets pages out again. */
  public static void on(Frames frames) {
    frames.swap().setOn(true);
  }
}
