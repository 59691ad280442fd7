package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Descriptor;
import it.unimi.dsi.fastutil.ints.IntLinkedOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.function.Supplier;

/**
 * Events of the threads of one process.
 *
 * <p>There is an event for each thread, CPU and kind of fault (minor, major), because an inherited
 * event can be mapped only if it is bound to a CPU. Threads that start later inherit the events of
 * the thread that started them. Child processes do not (Linux 5.13; on older kernels they do, until
 * they execute another program, and their samples are told by their process number).
 */
final class ThreadEvents extends FaultEvents {

  private static final int MAX_LISTINGS = 16;

  private final Supplier<int[]> threads;

  ThreadEvents(PerfEvents perf, Supplier<int[]> threads) {
    super(perf);
    this.threads = threads;
  }

  /** {@inheritDoc} A silent one of this process, which outlives the threads. */
  @Override
  Descriptor openOwner(int cpu) {
    return perf.openRingOwner(cpu);
  }

  /**
   * {@inheritDoc} The threads are listed before any is attached to, since nobody can tell of a
   * thread that starts later whether it has inherited the events, and one that has must not get
   * them twice; and they are listed until a listing names none that is new, since a listing may
   * pass over a thread while others end. A thread that starts meanwhile may slip through, with all
   * that it starts: {@link FaultBalance} tells.
   */
  @Override
  void attach(PerfRings rings, int[] cpus, int first) {
    IntSet listed = new IntLinkedOpenHashSet();
    boolean anyNew = true;
    for (int listing = 0; anyNew && listing < MAX_LISTINGS; listing++) {
      anyNew = false;
      for (int tid : threads.get()) {
        anyNew |= listed.add(tid);
      }
    }
    listed.forEach(tid -> attachUnlessGone(tid, rings, cpus, first));
  }

  private void attachUnlessGone(int tid, PerfRings rings, int[] cpus, int first) {
    try {
      attach(tid, rings, cpus, first);
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  private void attach(int tid, PerfRings rings, int[] cpus, int first) {
    for (int index = first; index < cpus.length; index++) {
      for (long kind : PerfEvents.faults()) {
        Descriptor event = perf.openFaults(tid, cpus[index], kind);
        rings.redirect(event, index);
        add(event);
      }
    }
  }

  /** {@inheritDoc} They belong to the threads, and go on when the CPU comes back. */
  @Override
  boolean leave(int cpu) {
    return false;
  }

  @Override
  boolean seeOthers() {
    return false;
  }
}
