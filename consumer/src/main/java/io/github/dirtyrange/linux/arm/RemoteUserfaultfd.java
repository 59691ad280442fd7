package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.UserfaultfdSource.Opened;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Processes;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Opens a userfaultfd in a process that has none to offer: a helper stops one thread for a moment,
 * lets it call userfaultfd(2) and close(2), and takes the descriptor in between.
 */
public final class RemoteUserfaultfd {

  /** For so long it is tried where nothing else is said. */
  public static final long PATIENCE_NANOS = ThreadStopper.PATIENCE_NANOS;

  private final MemoryIdentity identity;
  private final ThreadStopper stopper;
  private final Leftovers leftovers;
  private final boolean framed;
  private final Command order;

  /** What the process's limit was before it was raised, if it was. */
  private Optional<DescriptorLimit> raisedFrom = Optional.empty();

  private RemoteUserfaultfd(MemoryIdentity identity, ThreadStopper stopper, boolean framed) {
    this.identity = identity;
    this.stopper = stopper;
    this.framed = framed;
    leftovers = new Leftovers(identity, stopper, framed);
    // Of user mode only, so that it may be opened whoever runs the process; with WP_ASYNC the
    // kernel's own writes are seen all the same.
    order =
        new Command(Command.OPEN, identity.pid())
            .set(Command.UFFD_FLAGS, Abi.O_CLOEXEC | Abi.O_NONBLOCK | Abi.UFFD_USER_MODE_ONLY);
  }

  /**
   * Opens one.
   *
   * @param framed whether a signal frame may be put on the stack of the stopped thread
   * @param patienceNanos for about how long it is tried to stop a thread
   * @throws KernelException EPERM if the process is traced or may not be, or has a filter of system
   *     calls that may not be suspended; EBUSY if no thread can be stopped; EMFILE if the process
   *     has as many descriptors as it may; EOPNOTSUPP if this is no x86-64
   */
  public static Opened open(
      MemoryIdentity identity, ProcMaps maps, boolean framed, long patienceNanos) {
    return open(identity, maps, framed, () -> 0, patienceNanos);
  }

  /** Opens one with helpers that die at the steps that are asked for, 0 for none. */
  static Opened open(
      MemoryIdentity identity, ProcMaps maps, boolean framed, IntSupplier deathStep) {
    return open(identity, maps, framed, deathStep, PATIENCE_NANOS);
  }

  private static Opened open(
      MemoryIdentity identity,
      ProcMaps maps,
      boolean framed,
      IntSupplier deathStep,
      long patienceNanos) {
    KernelException.refuseIf(
        !Helper.isForThisMachine(),
        Errno.EOPNOTSUPP,
        "arming process " + identity.pid() + ", which has no userfaultfd to take");
    ThreadStopper stopper =
        ThreadStopper.of(identity, maps.read(), framed, deathStep, patienceNanos);
    return new RemoteUserfaultfd(identity, stopper, framed).open();
  }

  private Opened open() {
    long sinceTicks = Processes.ticks();
    Descriptor descriptor = stopper.stop(order, this::take, this::clearUp);
    try {
      leftovers.closeLate();
    } catch (KernelException e) {
      descriptor.close();
      throw e;
    }
    ForkedCopies copies = new ForkedCopies(identity.pid(), descriptor, sinceTicks, framed);
    return new Opened(descriptor, stopper.stoppedNanos(), copies);
  }

  private Optional<Descriptor> take(Helper helper, Reply reply) {
    if (reply.status() == Reply.DONE) {
      return helper.take(reply.descriptor());
    }
    if (reply.status() == Reply.CALL_FAILED && reply.error() == Errno.EMFILE.number()) {
      raiseLimit();
      return Optional.empty();
    }
    throw KernelException.ofNumber(
        reply.error(), "arming process " + identity.pid() + ", by userfaultfd(2) there");
  }

  /** The next helper raises the limit, for its call alone. */
  private void raiseLimit() {
    Optional<DescriptorLimit> limit = DescriptorLimit.of(identity.path("limits"));
    if (raisedFrom.isPresent() || limit.isEmpty()) {
      throw new KernelException(
          Errno.EMFILE,
          "arming process "
              + identity.pid()
              + ", which has as many descriptors as it may, and whose limit may not be raised"
              + " (that takes CAP_SYS_RESOURCE)");
    }
    raisedFrom = limit;
    DescriptorLimit raised = limit.get().raised();
    order.set(Command.SOFT_LIMIT, raised.soft()).set(Command.HARD_LIMIT, raised.hard());
  }

  /** After the death of a helper. */
  private void clearUp() {
    raisedFrom.ifPresent(limit -> limit.set(identity.thread()));
    leftovers.close();
  }
}
