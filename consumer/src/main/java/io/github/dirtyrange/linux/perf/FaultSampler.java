package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Samples every page fault of a process into rings, one a CPU, that are read together, and notices
 * faults that are not sampled. Only samples that carry the process's number are handed out: those
 * of its children are of other memory. A child that shares the memory (vfork, CLONE_VM) goes unseen
 * with them.
 */
public final class FaultSampler implements FaultSource, AutoCloseable {

  private static final int MOST_REREADS = 3;

  private final PerfEvents perf = new PerfEvents();
  private final int[] cpus = OnlineCpus.read();
  private final int pid;
  private final int wantedPages;
  private final PerfRings rings;
  private final FaultEvents events;
  private final @Nullable FaultBalance balance;
  private boolean enabledBefore;
  private boolean unsampled;
  private long unsampledReads;
  private boolean lossPossible;
  private long lostBefore;
  private boolean askAgain;

  private FaultSampler(int pid, long ringBytes, @Nullable FaultBalance balance) {
    this.pid = pid;
    this.balance = balance;
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
    FaultBalance balance = new FaultBalance(pid);
    try {
      return open(pid, () -> Threads.of(pid), ringBytes, balance);
    } catch (RuntimeException e) {
      balance.close();
      throw e;
    }
  }

  /**
   * Opens a sampler of one thread of this process, off until {@link #enable}. What other threads do
   * is not noticed.
   */
  public static FaultSampler openThread(int tid, long ringBytes) {
    return open((int) ProcessHandle.current().pid(), () -> new int[] {tid}, ringBytes, null);
  }

  private static FaultSampler open(
      int pid, Supplier<int[]> threads, long ringBytes, @Nullable FaultBalance balance) {
    FaultSampler sampler = new FaultSampler(pid, ringBytes, balance);
    try {
      sampler.events.attachAll(threads);
      return sampler;
    } catch (KernelException e) {
      sampler.close();
      throw e;
    }
  }

  /** Starts sampling in all threads. What faulted while it was off counts as not sampled. */
  public void enable() {
    if (balance != null && !enabledBefore) {
      balance.accountForAll();
      enabledBefore = true;
    }
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

  /**
   * {@inheritDoc} Where there are more faults than samples, those of faults that are just being
   * completed may still come: the rings are read again, a few times.
   */
  @Override
  public void read(FaultSink sink) {
    readRings(sink);
    if (balance == null) {
      return;
    }
    boolean even = balance.isEven();
    for (int again = 0; !even && again < MOST_REREADS; again++) {
      readRings(sink);
      even = balance.isEven();
    }
    if (!even) {
      unsampled = true;
      accountForAll(balance, sink);
    }
  }

  /** Faults that come meanwhile blur the account, so it is made again where there were some. */
  private void accountForAll(FaultBalance of, FaultSink sink) {
    boolean exact = false;
    for (int i = 0; !exact && i < MOST_REREADS; i++) {
      of.accountForAll();
      readRings(sink);
      exact = of.isExact();
    }
  }

  private void readRings(FaultSink sink) {
    FaultSink own =
        (address, samplePid, tid, nanos) -> {
          if (samplePid == pid) {
            note(nanos);
            sink.fault(address, samplePid, tid, nanos);
          }
        };
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).read(own);
      lossPossible |= rings.get(i).lossPossible();
    }
  }

  private void note(long nanos) {
    if (balance != null) {
      balance.sampled(nanos);
    }
  }

  @Override
  public void skip() {
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).skip();
      lossPossible |= rings.get(i).lossPossible();
    }
    if (balance != null) {
      balance.accountForAll();
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
    boolean lost = hasLostSamples();
    boolean uneven = unsampled;
    unsampled = false;
    unsampledReads += uneven && !lost ? 1 : 0;
    return lost || uneven;
  }

  private boolean hasLostSamples() {
    boolean ask = lossPossible || askAgain;
    askAgain = lossPossible;
    lossPossible = false;
    if (!ask) {
      return false;
    }
    long lost = lostSamples();
    boolean more = lost != lostBefore;
    lostBefore = lost;
    if (more && balance != null) {
      balance.accountForAll();
    }
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

  /** {@return for people, in a few words: what is not sampled, if anything is not} */
  public String limits() {
    String faults = perf.excludesKernel() ? ", faults of user mode only" : "";
    return unsampledReads == 0 ? faults : faults + ", " + unsampledReads + " times not sampled";
  }

  /** {@return for people: how it samples, and what a setting kept it from} */
  public String describe() {
    StringBuilder text = new StringBuilder("page faults sampled into rings of ");
    text.append(rings.pagesPerRing()).append(" pages a CPU");
    if (rings.pagesPerRing() < wantedPages) {
      text.append(" (not ").append(wantedPages).append(": ").append(PerfRings.remedy()).append(")");
    }
    if (perf.excludesKernel()) {
      text.append(", those of user mode only: after faults of kernel mode everything is scanned (")
          .append(Settings.say("kernel/perf_event_paranoid"))
          .append("; 1 or less, or CAP_PERFMON, would sample them)");
    }
    if (unsampledReads > 0) {
      text.append(", ")
          .append(unsampledReads)
          .append(" times faults were not sampled, and everything was to be scanned");
    }
    return text.toString();
  }

  @Override
  public void close() {
    events.close();
    rings.close();
    if (balance != null) {
      balance.close();
    }
  }
}
