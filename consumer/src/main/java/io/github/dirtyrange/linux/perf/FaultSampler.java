package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.function.Supplier;

/**
 * Samples every page fault of a process into rings, one a CPU, that are read together. Only samples
 * that carry the process's number are handed out: those of its children are of other memory. A
 * child that shares the memory until it executes a program (vfork) goes unseen with them.
 */
public final class FaultSampler implements FaultSource, AutoCloseable {

  private final PerfEvents perf = new PerfEvents();
  private final int[] cpus = OnlineCpus.read();
  private final int pid;
  private final int wantedPages;
  private final PerfRings rings;
  private final FaultEvents events;
  private long lostBefore;
  private boolean askAgain;

  private FaultSampler(int pid, long ringBytes) {
    this.pid = pid;
    wantedPages = PerfRings.pagesWithin(ringBytes, cpus.length);
    rings = PerfRings.open(perf, cpus, wantedPages);
    events = new FaultEvents(perf, rings, cpus);
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
    return open(pid, () -> Threads.of(pid), ringBytes);
  }

  /** Opens a sampler of one thread of this process, off until {@link #enable}. */
  public static FaultSampler openThread(int tid, long ringBytes) {
    return open((int) ProcessHandle.current().pid(), () -> new int[] {tid}, ringBytes);
  }

  private static FaultSampler open(int pid, Supplier<int[]> threads, long ringBytes) {
    FaultSampler sampler = new FaultSampler(pid, ringBytes);
    try {
      sampler.events.attachAll(threads);
      return sampler;
    } catch (KernelException e) {
      sampler.close();
      throw e;
    }
  }

  /** Starts sampling in all threads. */
  public void enable() {
    events.enable();
  }

  /** Stops sampling in all threads; what was sampled stays in the rings. */
  public void disable() {
    events.disable();
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
    FaultSink own =
        (address, samplePid, tid, nanos) -> {
          if (samplePid == pid) {
            sink.fault(address, samplePid, tid, nanos);
          }
        };
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).read(own);
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
    return events.lostSamples();
  }

  /** {@return the memory that the rings take, in bytes} */
  public long memoryBytes() {
    return rings.memoryBytes();
  }

  /** {@return how many events are open: threads times CPUs times two kinds} */
  int events() {
    return events.count();
  }

  /** {@return whether a setting keeps faults that the kernel takes for the process out} */
  public boolean excludesKernel() {
    return perf.excludesKernel();
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
    events.close();
    rings.close();
  }
}
