package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the mappings of a process cost in a round of soft-dirty-queue, on the simulated kernel: one
 * tracked range a mapping, nothing changed.
 *
 * <p>{@code MappingRound MAPPINGS ROUNDS} prints the median of the rounds.
 */
public final class MappingRound {

  private static final int MAP_FLAGS = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private MappingRound() {}

  /** Prints one line. */
  public static void main(String[] arguments) {
    int mappings = Integer.parseInt(arguments[0]);
    long[] nanos = new long[Integer.parseInt(arguments[1])];
    SimProcess process = SimKernel.newest().spawn();
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < mappings; i++) {
      // Every other page, so that no two mappings merge.
      long address = (1L << 30) + 2L * i * Pages.SIZE;
      process.mmap(address, Pages.SIZE, Prot.READ | Prot.WRITE, MAP_FLAGS);
      ranges.add(new PageRange(Pages.vpn(address), Pages.vpn(address) + 1));
    }
    try (TrackedProcess tracked = process.tracked()) {
      MappingHints hints = new MappingHints(tracked, ranges);
      hints.learn();
      for (int round = 0; round < nanos.length; round++) {
        PageIntervalMap map = IntervalMaps.create();
        long start = System.nanoTime();
        hints.addTo(map);
        nanos[round] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%,d mappings and ranges: %.2f ms a round%n", mappings, nanos[nanos.length / 2] / 1e6);
  }
}
