package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.function.Supplier;

/**
 * Samples every page fault of a process into rings, one a CPU, that are read together, and notices
 * faults that are not sampled. Only samples of the process's memory are handed out: of the process
 * itself and, unless the events are those of its threads, of others that share it (vfork,
 * CLONE_VM).
 */
public final class FaultSampler implements FaultRecorder {

  private static final int MOST_REREADS = 3;

  /** A CPU that was away takes its events along, which its list alone tells. */
  private static final long LOOK_AT_CPUS_NANOS = 1_000_000_000;

  private final Members members;
  private final FaultEvents events;
  private final FaultRings rings;
  private final Losses losses;
  private final SamplingNotes notes;
  private long cpusSeenNanos = System.nanoTime();
  private boolean enabledBefore;
  private boolean on;
  private boolean resting;
  private boolean unsampled;

  private FaultSampler(
      SamplingPlan plan,
      FaultEvents events,
      Members members,
      Supplier<int[]> cpus,
      long ringBytes) {
    this.events = events;
    this.members = members;
    int wantedPages = PerfRings.pagesWithin(ringBytes, cpus.get().length);
    rings = FaultRings.open(events, members, cpus, wantedPages);
    losses = new Losses(events);
    notes = new SamplingNotes(events.perf, plan, wantedPages);
  }

  /**
   * Opens a sampler of all of a process, off until {@link #enable}, as {@link SamplingPlan#of}
   * says.
   *
   * @param ringBytes what all rings together may take, their control pages apart; a ring has at
   *     least a page
   * @throws KernelException EACCES, EPERM or EMFILE where the machine's settings forbid it, naming
   *     the setting; ESRCH if the process has gone
   */
  public static FaultSampler openProcess(int pid, long ringBytes) {
    return openProcess(pid, SamplingPlan.of(pid), ringBytes);
  }

  /** Opens a sampler of all of a process, off until {@link #enable}, by a plan. */
  public static FaultSampler openProcess(int pid, SamplingPlan plan, long ringBytes) {
    return openProcess(pid, plan, OnlineCpus::read, ringBytes);
  }

  /**
   * Opens a sampler whose samples have call chains, as {@link #openProcess(int, SamplingPlan,
   * long)} does.
   *
   * @param chainDepth how deep at most; 0 for none
   */
  public static FaultSampler openProcess(
      int pid, SamplingPlan plan, long ringBytes, int chainDepth) {
    return openProcess(pid, plan, OnlineCpus::read, ringBytes, chainDepth);
  }

  /** Opens a sampler of a process on these CPUs, and on those that join them. */
  static FaultSampler openProcess(
      int pid, SamplingPlan plan, Supplier<int[]> cpus, long ringBytes) {
    return openProcess(pid, plan, cpus, ringBytes, 0);
  }

  private static FaultSampler openProcess(
      int pid, SamplingPlan plan, Supplier<int[]> cpus, long ringBytes, int chainDepth) {
    Member own = new Member(FaultBalance.fromNowOn(pid));
    Members members = new Members(pid, own, () -> Threads.withMemory(pid));
    return open(members, plan, events(pid, plan.source(), chainDepth), cpus, ringBytes);
  }

  private static Supplier<FaultEvents> events(int pid, SampleSource source, int chainDepth) {
    return () ->
        switch (source) {
          case CGROUP -> new CpuEvents(new PerfEvents(chainDepth), cgroup(pid).open());
          case CPUS -> new CpuEvents(new PerfEvents(chainDepth), null);
          case THREADS -> new ThreadEvents(new PerfEvents(chainDepth), () -> Threads.of(pid));
        };
  }

  private static Cgroup cgroup(int pid) {
    return Cgroup.of(pid)
        .orElseThrow(
            () -> new KernelException(Errno.ENOENT, "cgroup of version 2 of process " + pid));
  }

  /**
   * Opens a sampler of one thread of this process, off until {@link #enable}. What other threads do
   * is not noticed.
   */
  public static FaultSampler openThread(int tid, long ringBytes) {
    return openThread((int) ProcessHandle.current().pid(), tid, ringBytes);
  }

  /** Opens a sampler of one thread of any process, as {@link #openThread(int, long)} does. */
  public static FaultSampler openThread(int pid, int tid, long ringBytes) {
    Members members = new Members(pid, new Member(), () -> pid);
    SamplingPlan plan = new SamplingPlan(SampleSource.THREADS, 0, "one thread");
    Supplier<FaultEvents> events = () -> new ThreadEvents(new PerfEvents(), () -> new int[] {tid});
    return open(members, plan, events, OnlineCpus::read, ringBytes);
  }

  private static FaultSampler open(
      Members members,
      SamplingPlan plan,
      Supplier<FaultEvents> opening,
      Supplier<int[]> cpus,
      long ringBytes) {
    FaultEvents events = null;
    try {
      events = opening.get();
      return new FaultSampler(plan, events, members, cpus, ringBytes);
    } catch (RuntimeException e) {
      members.close();
      if (events != null) {
        events.close();
      }
      throw e;
    }
  }

  /**
   * Starts sampling. What faulted while it was off counts as not sampled. Who shares the memory is
   * asked once the events are on, so that whoever is made meanwhile is found by one or the other.
   */
  @Override
  public void enable() {
    if (!enabledBefore) {
      members.accountForAll();
      enabledBefore = true;
    }
    on = true;
    if (!resting) {
      start();
    }
  }

  private void start() {
    events.enable();
    findSharersAgain();
  }

  /** Stops sampling; what was sampled stays in the rings. */
  @Override
  public void disable() {
    on = false;
    events.disable();
  }

  @Override
  public void rest() {
    resting = true;
    events.disable();
  }

  /** {@inheritDoc} Not while it is {@linkplain #disable() off}. */
  @Override
  public void resume() {
    resting = false;
    if (on) {
      start();
    }
  }

  @Override
  public long pendingSamples() {
    return rings.pendingSamples();
  }

  @Override
  public boolean hasAny() {
    return rings.hasAny();
  }

  /**
   * {@inheritDoc} Where there are more faults than samples, those of faults that are just being
   * completed may still come: the rings are read again, a few times.
   */
  @Override
  public void read(FaultSink sink) {
    lookAtCpus();
    boolean even = false;
    for (int reading = 0; !even && reading <= MOST_REREADS; reading++) {
      members.count();
      rings.read(sink);
      even = members.areEven();
    }
    if (!even) {
      unsampled = true;
      followCpus();
      accountForAll(sink);
    }
  }

  private void lookAtCpus() {
    if (System.nanoTime() - cpusSeenNanos >= LOOK_AT_CPUS_NANOS) {
      followCpus();
    }
  }

  /** Where a new CPU's faults cannot be sampled, each reading will notice them. */
  private void followCpus() {
    cpusSeenNanos = System.nanoTime();
    try {
      rings.followCpus();
    } catch (KernelException e) {
      notes.newCpuRefused(String.valueOf(e.getMessage()));
    }
  }

  /** Faults that come meanwhile blur the account, so it is made again where there were some. */
  private void accountForAll(FaultSink sink) {
    boolean exact = false;
    for (int i = 0; !exact && i < MOST_REREADS; i++) {
      members.accountForAll();
      rings.read(sink);
      exact = members.areExact();
    }
  }

  @Override
  public void skim(FaultSink sink) {
    lookAtCpus();
    rings.read(sink);
    members.accountForAll();
  }

  @Override
  public void skip() {
    lookAtCpus();
    rings.skip();
    members.accountForAll();
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
    boolean lost = losses.areMore(rings.takeLossPossible());
    if (lost) {
      members.accountForAll();
      findSharersAgain();
    }
    boolean uneven = unsampled;
    unsampled = false;
    if (uneven && !lost) {
      notes.unsampled();
    }
    return lost || uneven;
  }

  /** Processes may have been made that no record tells of. */
  private void findSharersAgain() {
    if (events.seeOthers()) {
      members.findAll();
    }
  }

  /** {@return how many samples all events have lost since they were opened} */
  public long lostSamples() {
    return events.lostSamples();
  }

  /** {@return the memory that the rings take, in bytes} */
  @Override
  public long memoryBytes() {
    return rings.memoryBytes();
  }

  /** {@return how many events sample} */
  int events() {
    return events.count();
  }

  /** {@return how many samples of other processes were read, and dropped} */
  public long othersSamples() {
    return rings.othersSamples();
  }

  /** {@return for people, in a few words: what is not sampled, if anything is not} */
  @Override
  public String limits() {
    return notes.limits();
  }

  /** {@return for people: how it samples, and what a setting kept it from} */
  @Override
  public String describe() {
    return notes.describe(rings.pagesPerRing());
  }

  @Override
  public void close() {
    events.close();
    rings.close();
    members.close();
  }
}
