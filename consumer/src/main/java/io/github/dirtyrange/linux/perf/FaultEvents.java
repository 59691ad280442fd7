package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The events that sample the page faults of one process into rings, which belong to whoever reads
 * them.
 *
 * <p>There is an event for each thread, CPU and kind of fault (minor, major), because an inherited
 * event can be mapped only if it is bound to a CPU. Threads that start later inherit the events of
 * the thread that started them. So do child processes, until they execute another program: their
 * samples are told by their process number.
 */
final class FaultEvents implements AutoCloseable {

  private static final int MAX_LISTINGS = 64;

  private final PerfEvents perf;
  private final PerfRings rings;
  private final int[] cpus;
  private final List<Descriptor> events = new ArrayList<>();
  private final ByteBuffer count = Sys.struct(2 * Long.BYTES);

  /** Samples nothing yet; the rings are of these CPUs, in this order. */
  FaultEvents(PerfEvents perf, PerfRings rings, int[] cpus) {
    this.perf = perf;
    this.rings = rings;
    this.cpus = cpus;
  }

  /**
   * Attaches to every thread, off. A thread started meanwhile by one that is not yet attached to
   * would slip through, so the threads are listed again until a listing names none that is new.
   */
  void attachAll(Supplier<int[]> threads) {
    IntSet attached = new IntOpenHashSet();
    for (int listing = 0; listing < MAX_LISTINGS; listing++) {
      boolean anyNew = false;
      for (int tid : threads.get()) {
        if (attached.add(tid)) {
          anyNew = true;
          attachUnlessGone(tid);
        }
      }
      if (!anyNew) {
        return;
      }
    }
    throw new KernelException(Errno.EAGAIN, "listing threads, which start faster than that");
  }

  private void attachUnlessGone(int tid) {
    try {
      attach(tid);
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  private void attach(int tid) {
    for (int index = 0; index < cpus.length; index++) {
      for (long kind : PerfEvents.faults()) {
        Descriptor event = perf.openFaults(tid, cpus[index], kind);
        events.add(event);
        rings.redirect(event, index);
      }
    }
  }

  /** Starts sampling in all threads. */
  void enable() {
    events.forEach(event -> event.ioctl(Abi.PERF_EVENT_IOC_ENABLE, 0, "PERF_EVENT_IOC_ENABLE"));
  }

  /** Stops sampling in all threads; what was sampled stays in the rings. */
  void disable() {
    events.forEach(event -> event.ioctl(Abi.PERF_EVENT_IOC_DISABLE, 0, "PERF_EVENT_IOC_DISABLE"));
  }

  /** {@return how many samples all events have lost since they were opened} */
  long lostSamples() {
    long lost = 0;
    long address = Sys.address(count);
    for (Descriptor event : events) {
      event.read(address, count.capacity(), "read of a perf event's count");
      lost += count.getLong(Abi.COUNT_LOST);
    }
    return lost;
  }

  /** {@return how many events are open: threads times CPUs times two kinds} */
  int count() {
    return events.size();
  }

  @Override
  public void close() {
    events.forEach(Descriptor::close);
    events.clear();
  }
}
