package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.lab.ForwardingProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A simulated kernel whose processes refuse what they are told to refuse, whose time passes when it
 * is told to, and whose records of forks come as they are told to.
 */
final class UnrulyKernel implements Kernel {

  /** What the running kernel takes where no thread stops. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final SimKernel kernel = SimKernel.newest();
  private final Map<Integer, String> names = new HashMap<>();
  private final Set<Integer> unreadable = new HashSet<>();
  private final Set<Integer> executing = new HashSet<>();
  private final Set<Integer> unclosable = new HashSet<>();
  private final Set<Integer> unstoppable = new HashSet<>();
  private final Set<Integer> withheld = new HashSet<>();
  private final List<Forks.Fork> planned = new ArrayList<>();
  private final List<Integer> armings = new ArrayList<>();
  private final List<Integer> closed = new ArrayList<>();
  private long passedNanos;
  private String limitsOfForks = "";

  SimProcess spawn() {
    return kernel.spawn();
  }

  void pass(long millis) {
    passedNanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Its memory cannot be looked at from now on, as after PR_SET_DUMPABLE. */
  void makeUnreadable(SimProcess process) {
    unreadable.add(process.pid());
  }

  /** It seems to execute another program. */
  void execute(SimProcess process) {
    executing.add(process.pid());
  }

  /** Its closing fails. */
  void makeUnclosable(SimProcess process) {
    unclosable.add(process.pid());
  }

  /** {@return the processes that were closed again, in order} */
  List<Integer> closed() {
    return closed;
  }

  void makeUnstoppable(SimProcess... processes) {
    for (SimProcess process : processes) {
      unstoppable.add(process.pid());
    }
  }

  void makeStoppable(SimProcess process) {
    unstoppable.remove(process.pid());
  }

  /** {@return the processes that were to be armed, in order} */
  List<Integer> armings() {
    return armings;
  }

  void name(int pid, String name) {
    names.put(pid, name);
  }

  /** Nobody has this number any more. */
  void free(int pid) {
    names.remove(pid);
  }

  /** The record of its start comes one take later than others. */
  void withhold(SimProcess process) {
    withheld.add(process.pid());
  }

  /** From now on not all forks are noticed. */
  void loseForks(String why) {
    limitsOfForks = why;
  }

  /** Tells of a fork of processes that are not simulated. */
  void plan(int parent, int child) {
    planned.add(new Forks.Fork(parent, child, nanoTime()));
  }

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public String release() {
    return kernel.release();
  }

  @Override
  public Capabilities capabilities() {
    return kernel.capabilities();
  }

  @Override
  public CostModel costs() {
    return kernel.costs();
  }

  @Override
  public TrackedProcess open(int pid) {
    return new Unruly(kernel.open(pid));
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime() + passedNanos;
  }

  @Override
  public String threadName(int pid, int tid) {
    return names.getOrDefault(pid, "");
  }

  @Override
  public Forks watchForks() {
    return new LateForks(kernel.watchForks());
  }

  /** {@inheritDoc} Every process does with itself. */
  @Override
  public boolean shareMemory(int pid, int otherPid) {
    return pid == otherPid;
  }

  private final class Unruly extends ForwardingProcess {

    Unruly(TrackedProcess process) {
      super(process);
    }

    private void requireReadable(String call) {
      KernelException.refuseIf(unreadable.contains(pid()), Errno.EPERM, call);
    }

    @Override
    public List<Vma> maps() {
      requireReadable("maps");
      return super.maps();
    }

    @Override
    public int readPagemap(long startVpn, int count, long[] entries) {
      requireReadable("pagemap");
      if (executing.remove(pid())) {
        throw new MemoryGoneException(pid(), MemoryGoneException.Reason.EXEC);
      }
      return super.readPagemap(startVpn, count, entries);
    }

    @Override
    public Arming arm(TrackedRanges ranges) {
      return arm(ranges, PATIENCE_NANOS);
    }

    @Override
    public Arming arm(TrackedRanges ranges, long patienceNanos) {
      armings.add(pid());
      if (unstoppable.contains(pid())) {
        passedNanos += patienceNanos;
        throw new KernelException(Errno.EBUSY, "no thread stops");
      }
      return super.arm(ranges);
    }

    @Override
    public void close() {
      closed.add(pid());
      super.close();
      KernelException.refuseIf(unclosable.remove(pid()), Errno.EPERM, "closing");
    }
  }

  private final class LateForks implements Forks {

    private final Forks forks;
    private final List<Fork> late = new ArrayList<>();

    LateForks(Forks forks) {
      this.forks = forks;
    }

    @Override
    public List<Fork> take(Set<Integer> parents) {
      List<Fork> taken = new ArrayList<>(late);
      late.clear();
      for (Fork fork : forks.take(parents)) {
        (withheld.contains(fork.pid()) ? late : taken).add(fork);
      }
      taken.addAll(planned);
      planned.clear();
      return taken;
    }

    @Override
    public String limits() {
      return limitsOfForks;
    }

    @Override
    public void close() {
      forks.close();
    }
  }
}
