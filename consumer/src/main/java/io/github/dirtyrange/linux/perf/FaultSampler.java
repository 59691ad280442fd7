package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Sys;
import io.github.dirtyrange.linux.sys.Threads;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Samples the address of every page fault of a process into rings, one a CPU.
 *
 * <p>There is an event for each thread, CPU and kind of fault (minor, major), because an inherited
 * event can be mapped only if it is bound to a CPU. Threads that start later inherit the events of
 * the thread that started them.
 */
public final class FaultSampler implements FaultSource, AutoCloseable {

  private static final int MAX_LISTINGS = 64;

  private final PerfEvents perf = new PerfEvents();
  private final List<Descriptor> events = new ArrayList<>();
  private final int[] cpus = OnlineCpus.read();
  private final PerfRings rings;
  private final int wantedPages;
  private final ByteBuffer count = Sys.struct(2 * Long.BYTES);
  private long lostBefore;
  private boolean askAgain;

  private FaultSampler(long ringBytes) {
    wantedPages = PerfRings.pagesWithin(ringBytes, cpus.length);
    rings = PerfRings.open(perf, cpus, wantedPages);
  }

  /**
   * Opens a sampler of all threads of a process, off until {@link #enable}.
   *
   * @param ringBytes what all rings together may take, their control pages apart; a ring has at
   *     least a page
   * @throws KernelException EACCES, EPERM or EMFILE where the machine's settings forbid it, naming
   *     the setting; ESRCH if the process has gone
   */
  public static FaultSampler openProcess(int pid, long ringBytes) {
    return open(() -> Threads.of(pid), ringBytes);
  }

  /** Opens a sampler of one thread, off until {@link #enable}. */
  public static FaultSampler openThread(int tid, long ringBytes) {
    return open(() -> new int[] {tid}, ringBytes);
  }

  private static FaultSampler open(Supplier<int[]> threads, long ringBytes) {
    FaultSampler sampler = new FaultSampler(ringBytes);
    try {
      sampler.attachAll(threads);
      return sampler;
    } catch (KernelException e) {
      sampler.close();
      throw e;
    }
  }

  /**
   * Attaches to every thread. A thread started meanwhile by one that is not yet attached to would
   * slip through, so the threads are listed again until a listing names none that is new.
   */
  private void attachAll(Supplier<int[]> threads) {
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
  public void enable() {
    events.forEach(event -> event.ioctl(Abi.PERF_EVENT_IOC_ENABLE, 0, "PERF_EVENT_IOC_ENABLE"));
  }

  /** Stops sampling in all threads; what was sampled stays in the rings. */
  public void disable() {
    events.forEach(event -> event.ioctl(Abi.PERF_EVENT_IOC_DISABLE, 0, "PERF_EVENT_IOC_DISABLE"));
  }

  @Override
  public long pendingSamples() {
    long bytes = 0;
    for (int i = 0; i < rings.count(); i++) {
      bytes += rings.get(i).pendingBytes();
    }
    return bytes / Abi.SAMPLE_BYTES;
  }

  @Override
  public void read(FaultSink sink) {
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).read(sink);
    }
  }

  @Override
  public void skip() {
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).skip();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Makes no system call where the rings had room throughout. Otherwise asks every event for its
   * count, and once more the next time, as a CPU that is just dropping a sample may count it a
   * moment later. A count may also hold a loss after the read, which is not reported again.
   */
  @Override
  public boolean hasLost() {
    boolean possible = false;
    for (int i = 0; i < rings.count(); i++) {
      possible |= rings.get(i).lossPossible();
    }
    boolean ask = possible || askAgain;
    askAgain = possible;
    if (!ask) {
      return false;
    }
    long lost = lostSamples();
    boolean more = lost != lostBefore;
    lostBefore = lost;
    return more;
  }

  /** {@return how many samples all events have lost since they were opened} */
  public long lostSamples() {
    long lost = 0;
    long address = Sys.address(count);
    for (Descriptor event : events) {
      event.read(address, count.capacity(), "read of a perf event's count");
      lost += count.getLong(Abi.COUNT_LOST);
    }
    return lost;
  }

  /** {@return the memory that the rings take, in bytes} */
  public long memoryBytes() {
    return rings.memoryBytes();
  }

  /** {@return how many events are open: threads times CPUs times two kinds} */
  int events() {
    return events.size();
  }

  /** {@return for people: how it samples, and what a setting kept it from} */
  public String describe() {
    StringBuilder text = new StringBuilder("page faults sampled into rings of ");
    text.append(rings.pagesPerRing()).append(" pages a CPU");
    if (rings.pagesPerRing() < wantedPages) {
      text.append(" (not ").append(wantedPages).append(": ").append(PerfRings.remedy()).append(")");
    }
    if (perf.excludesKernel()) {
      text.append(", those of user mode only: writes that the kernel makes for the process show in")
          .append(" exact scans (")
          .append(Settings.say("kernel/perf_event_paranoid"))
          .append("; 1 or less, or CAP_PERFMON, would sample them)");
    }
    return text.toString();
  }

  @Override
  public void close() {
    events.forEach(Descriptor::close);
    events.clear();
    rings.close();
  }
}
