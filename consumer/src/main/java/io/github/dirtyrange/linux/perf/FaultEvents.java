package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The events that sample page faults into rings, which belong to whoever reads them: of threads, of
 * a cgroup, or of whole CPUs.
 */
abstract sealed class FaultEvents implements AutoCloseable permits ThreadEvents, CpuEvents {

  final PerfEvents perf;
  private final List<Descriptor> events = new ArrayList<>();
  private final ByteBuffer count = Sys.struct(2 * Long.BYTES);
  private boolean enabled;

  FaultEvents(PerfEvents perf) {
    this.perf = perf;
  }

  /** Opens the event that owns the ring of a CPU. */
  abstract Descriptor openOwner(int cpu);

  /**
   * Opens the events that sample into the rings from {@code first} on.
   *
   * @param cpus the CPU of each ring
   */
  abstract void attach(PerfRings rings, int[] cpus, int first);

  /**
   * Leaves a CPU that went offline, if its events have ended with it; {@return whether they had}
   */
  abstract boolean leave(int cpu);

  /** {@return whether faults of other processes are sampled as well} */
  abstract boolean seeOthers();

  /** Takes over an event, and starts it if the others are on. */
  void add(Descriptor event) {
    events.add(event);
    if (enabled) {
      set(event, Abi.PERF_EVENT_IOC_ENABLE);
    }
  }

  /** Gives up an event, for good. */
  void remove(Descriptor event) {
    events.remove(event);
    event.close();
  }

  /** Starts sampling. */
  void enable() {
    enabled = true;
    events.forEach(event -> set(event, Abi.PERF_EVENT_IOC_ENABLE));
  }

  /** Stops sampling; what was sampled stays in the rings. */
  void disable() {
    enabled = false;
    events.forEach(event -> set(event, Abi.PERF_EVENT_IOC_DISABLE));
  }

  private static void set(Descriptor event, long request) {
    event.ioctl(request, 0, "PERF_EVENT_IOC_ENABLE or _DISABLE");
  }

  /** {@return how many records all events have lost since they were opened} */
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

  /** {@return how many events sample: two kinds for each CPU, and for each thread if of threads} */
  int count() {
    return events.size();
  }

  @Override
  public void close() {
    events.forEach(Descriptor::close);
    events.clear();
  }
}
