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
 * the thread that started them. Child processes do not (Linux 5.13; on older kernels they do, until
 * they execute another program, and their samples are told by their process number).
 */
final class FaultEvents implements AutoCloseable {

  private static final int MAX_LISTINGS = 16;

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
   * Attaches to every thread, off. They are listed before any is attached to, since nobody can tell
   * of a thread that starts later whether it has inherited the events, and one that has must not
   * get them twice; and they are listed until a listing names none that is new, since a listing may
   * pass over a thread while others end. A thread that starts meanwhile may slip through, with all
   * that it starts: {@link FaultBalance} tells.
   */
  void attachAll(Supplier<int[]> threads) {
    IntSet listed = new IntOpenHashSet();
    boolean anyNew = true;
    for (int listing = 0; anyNew && listing < MAX_LISTINGS; listing++) {
      anyNew = false;
      for (int tid : threads.get()) {
        anyNew |= listed.add(tid);
      }
    }
    listed.forEach(this::attachUnlessGone);
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
      // An event whose thread has ended still has its count; of one in error nothing is read.
      if (event.read(address, count.capacity(), "read of a perf event's count") == 0) {
        continue;
      }
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
