package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Forks.Fork;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The kernel's records of processes that are made, of the whole machine: an event and a ring for
 * each CPU that is online at the opening. No process notices, and none waits for the reader.
 */
public final class ForkRecords implements AutoCloseable {

  /** 256 KiB: some 2,000 processes that come and go on a CPU between two looks. */
  private static final int RING_PAGES = 64;

  private final int[] cpus;
  private final PerfRings rings;

  private ForkRecords(int[] cpus) {
    this.cpus = cpus;
    rings = PerfRings.open(new PerfEvents()::openForksOnCpu, cpus, RING_PAGES, 0);
  }

  /**
   * Opens them, on.
   *
   * @throws KernelException EACCES or EPERM where an ordinary user may not look at whole CPUs
   */
  public static ForkRecords open() {
    return of(OnlineCpus.read());
  }

  /** Opens them on some CPUs. */
  static ForkRecords of(int[] cpus) {
    return new ForkRecords(cpus);
  }

  /**
   * Takes the processes that were made, in order of time; threads are left out. One that was made
   * on another CPU while this reads may come before the one that made it, which then comes next
   * time.
   *
   * @return whether there may have been others: for want of room, or on a CPU that came online
   */
  public boolean take(List<Fork> forks) {
    boolean lost = !Arrays.equals(cpus, OnlineCpus.read());
    List<Fork> found = new ArrayList<>();
    for (int i = 0; i < rings.count(); i++) {
      PerfRing ring = rings.get(i);
      ring.mark();
      ring.readForks(
          (parent, child, nanos) -> {
            if (parent != child) {
              found.add(new Fork(parent, child, nanos));
            }
          });
      ring.skipMarked();
      lost |= ring.lossPossible();
    }
    found.sort(Comparator.comparingLong(Fork::nanos));
    forks.addAll(found);
    return lost;
  }

  @Override
  public void close() {
    rings.close();
  }
}
