package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Opens perf events: page faults of one thread on one CPU, and the silent event that owns a CPU's
 * ring.
 *
 * <p>Faults are sampled where they are accounted, {@code mm_account_fault} in mm/memory.c: after
 * the page-table entry was changed, and only if the fault was completed without error. That is
 * where the two events for minor and major faults are raised; the one for all faults is raised at
 * the entry of the fault handler, before anything has changed.
 */
final class PerfEvents {

  private static final String PARANOID = "kernel/perf_event_paranoid";

  /** Beyond this value, some distributions' kernels let ordinary users open no event at all. */
  private static final int OWN_PROCESSES = 2;

  /** Up to this value, everybody may sample whole CPUs ({@code perf_allow_cpu}). */
  private static final int WHOLE_CPUS = 0;

  private static final int MOST_PARANOID = 3;
  private static final long IN_CGROUP = Abi.PERF_FLAG_PID_CGROUP;

  private static final long[] FAULTS = {
    Abi.PERF_COUNT_SW_PAGE_FAULTS_MIN, Abi.PERF_COUNT_SW_PAGE_FAULTS_MAJ
  };

  private static final long SAMPLED =
      Abi.PERF_SAMPLE_TID | Abi.PERF_SAMPLE_TIME | Abi.PERF_SAMPLE_ADDR;

  private static final String MAX_STACK = "kernel/perf_event_max_stack";

  private final ByteBuffer attributes = Sys.struct(Abi.ATTR_CHAIN_BYTES);
  private final int chainDepth;
  private boolean excludeKernel;
  private boolean threadsOnly = true;

  /** Opens events whose samples have no call chains. */
  PerfEvents() {
    this(0);
  }

  /** Opens events whose samples have call chains so deep, or as deep as a setting allows. */
  PerfEvents(int chainDepth) {
    this.chainDepth =
        chainDepth == 0
            ? 0
            : Math.min(chainDepth, Settings.readNumber(MAX_STACK).orElse(chainDepth));
  }

  /** {@return how deep the call chains of samples are at most; 0 if they have none} */
  int chainDepth() {
    return chainDepth;
  }

  /** {@return the events whose samples together are all completed faults} */
  static long[] faults() {
    return FAULTS.clone();
  }

  /** {@return whether the kernel allowed only faults of user mode to be sampled} */
  boolean excludesKernel() {
    return excludeKernel;
  }

  /** Opens an event of this thread that never fires, to own the ring of a CPU. */
  Descriptor openRingOwner(int cpu) {
    describe(Abi.PERF_COUNT_SW_DUMMY, Abi.ATTR_EXCLUDE_KERNEL | Abi.ATTR_EXCLUDE_HV);
    useMonotonicClock();
    return opened(open(0, cpu, 0), "perf_event_open for a ring", OWN_PROCESSES);
  }

  /**
   * Opens an event, off until it is enabled, that samples each fault of a thread, and of threads
   * that it starts, while they run on a CPU. It ends for whoever executes another program, whose
   * memory is another one from then on. Kernels before 5.13 can do neither: there processes that it
   * starts are sampled as well.
   *
   * @throws KernelException EACCES or EPERM if sampling is not allowed, ESRCH if the thread has
   *     gone, EMFILE if too many files would be open
   */
  Descriptor openFaults(int tid, int cpu, long event) {
    long fd = tryFaults(tid, cpu, event);
    if (fd == -1 && threadsOnly && Sys.errno() == Errno.EINVAL.number()) {
      threadsOnly = false;
      fd = tryFaults(tid, cpu, event);
    }
    if (fd == -1 && !excludeKernel && isRefused(Sys.errno())) {
      excludeKernel = true;
      fd = tryFaults(tid, cpu, event);
    }
    return opened(fd, "perf_event_open of page faults", OWN_PROCESSES);
  }

  /**
   * Opens an event, off until it is enabled, that samples each fault of whatever runs on a CPU, or
   * of what is in a cgroup and runs there. With the one for minor faults comes a record of each
   * process and thread that is made there.
   *
   * @param cgroup an open folder of the cgroup hierarchy that perf goes by; null for all
   * @throws KernelException EACCES or EPERM if that is not allowed, EBADF or EINVAL if the folder
   *     is none, or the kernel has no CONFIG_CGROUP_PERF
   */
  Descriptor openFaultsOnCpu(@Nullable Descriptor cgroup, int cpu, long event) {
    long records = event == Abi.PERF_COUNT_SW_PAGE_FAULTS_MIN ? Abi.ATTR_TASK : 0;
    describeFaults(event, Abi.ATTR_DISABLED | Abi.ATTR_EXCLUDE_HV | records);
    long fd = cgroup == null ? open(-1, cpu, 0) : open(cgroup.number(), cpu, IN_CGROUP);
    return opened(fd, "perf_event_open of page faults on a CPU", WHOLE_CPUS);
  }

  /**
   * Opens an event, on, that never fires: with it come records of the processes and threads that
   * are made on a CPU, by whomever.
   *
   * @throws KernelException EACCES or EPERM if that is not allowed
   */
  Descriptor openForksOnCpu(int cpu) {
    describe(Abi.PERF_COUNT_SW_DUMMY, Abi.ATTR_TASK | Abi.ATTR_EXCLUDE_HV);
    useMonotonicClock();
    return opened(open(-1, cpu, 0), "perf_event_open of forks on a CPU", WHOLE_CPUS);
  }

  private long tryFaults(int tid, int cpu, long event) {
    long flags = Abi.ATTR_DISABLED | Abi.ATTR_INHERIT | Abi.ATTR_EXCLUDE_HV;
    flags |= excludeKernel ? Abi.ATTR_EXCLUDE_KERNEL : 0;
    flags |= threadsOnly ? Abi.ATTR_INHERIT_THREAD | Abi.ATTR_REMOVE_ON_EXEC : 0;
    describeFaults(event, flags);
    return open(tid, cpu, 0);
  }

  private void describeFaults(long event, long flags) {
    describe(event, flags);
    useMonotonicClock();
    attributes
        .putLong(Abi.ATTR_SAMPLE_PERIOD, 1)
        .putLong(Abi.ATTR_SAMPLE_TYPE, SAMPLED)
        .putLong(Abi.ATTR_READ_FORMAT, Abi.PERF_FORMAT_LOST);
    if (chainDepth > 0) {
      askForChains();
    }
  }

  /** Of user mode alone; of a fault of kernel mode, that of who called the kernel. */
  private void askForChains() {
    attributes
        .putInt(Abi.ATTR_SIZE, Abi.ATTR_CHAIN_BYTES)
        .putLong(Abi.ATTR_SAMPLE_TYPE, SAMPLED | Abi.PERF_SAMPLE_CALLCHAIN)
        .putLong(
            Abi.ATTR_FLAGS, attributes.getLong(Abi.ATTR_FLAGS) | Abi.ATTR_EXCLUDE_CALLCHAIN_KERNEL)
        .putShort(Abi.ATTR_SAMPLE_MAX_STACK, (short) chainDepth);
  }

  /** All events of a ring must have one clock ({@code perf_event_set_output}): that of Java. */
  private void useMonotonicClock() {
    attributes
        .putLong(Abi.ATTR_FLAGS, attributes.getLong(Abi.ATTR_FLAGS) | Abi.ATTR_USE_CLOCKID)
        .putInt(Abi.ATTR_CLOCKID, Abi.CLOCK_MONOTONIC);
  }

  private void describe(long event, long flags) {
    attributes
        .put(0, new byte[Abi.ATTR_CHAIN_BYTES])
        .putInt(Abi.ATTR_TYPE, Abi.PERF_TYPE_SOFTWARE)
        .putInt(Abi.ATTR_SIZE, Abi.ATTR_BYTES)
        .putLong(Abi.ATTR_CONFIG, event)
        .putLong(Abi.ATTR_FLAGS, flags);
  }

  private long open(int target, int cpu, long flags) {
    return Sys.libc()
        .syscall(
            Abi.SYS_PERF_EVENT_OPEN, attributes, target, cpu, -1, flags | Abi.PERF_FLAG_FD_CLOEXEC);
  }

  private static Descriptor opened(long fd, String call, int paranoia) {
    return Descriptor.of(fd, fd == -1 ? call + remedy(Sys.errno(), paranoia) : call);
  }

  private static boolean isRefused(int errno) {
    return errno == Errno.EACCES.number() || errno == Errno.EPERM.number();
  }

  /** Says which setting stands in the way of a call that failed. */
  private static String remedy(int errno, int paranoia) {
    if (isRefused(errno)) {
      return Settings.readNumber(PARANOID).orElse(MOST_PARANOID) <= paranoia
          ? " (the process is not ours to look at; CAP_PERFMON would allow it)"
          : " (" + Settings.say(PARANOID) + "; " + paranoia + ", or CAP_PERFMON, would allow it)";
    }
    if (errno == Errno.EMFILE.number()) {
      return " (one a thread, CPU and kind of fault is needed; raise the limit of open files,"
          + " ulimit -n)";
    }
    return "";
  }
}
