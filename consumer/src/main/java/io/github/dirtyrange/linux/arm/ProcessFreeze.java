package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.ThreadRegisters;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.sys.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process whose threads a helper holds. */
public final class ProcessFreeze implements Frozen {

  private static final long STOP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int HOLD_MILLIS = 60_000;

  private final String title;
  private final Helper helper;
  private final Reply reply;
  private final List<ThreadRegisters> registers;
  private long endNanos;
  private boolean open = true;

  private ProcessFreeze(String title, Helper helper, Reply reply, List<ThreadRegisters> registers) {
    this.title = title;
    this.helper = helper;
    this.reply = reply;
    this.registers = registers;
  }

  /**
   * Stops all threads.
   *
   * @throws KernelException EPERM if the process or a thread of it is traced or may not be; EBUSY
   *     if a thread does not stop within a second
   */
  public static ProcessFreeze start(MemoryIdentity identity) {
    String title = "stopping process " + identity.pid();
    Path threads = identity.threads();
    Helper helper = Helper.start();
    try {
      Reply reply = told(title, helper.ask(command(title, identity, threads)));
      refuse(title, threads, reply);
      // All at once: the helper is not to wait for room in the pipe.
      byte[] registers = told(title, helper.read(reply.threads() * RegisterRecord.BYTES));
      if (reply.refused() > reply.threads()) {
        requireAllHeld(title, identity, helper.pid());
      }
      return new ProcessFreeze(title, helper, reply, RegisterRecord.parse(registers));
    } catch (KernelException e) {
      helper.close();
      helper.awaitEnd();
      identity.requireSame();
      throw e;
    }
  }

  private static <T> T told(String title, Optional<T> said) {
    return said.orElseThrow(() -> new KernelException(Errno.EBUSY, title + ": the helper died"));
  }

  /** Made as late as can be: a thread may begin to filter its calls at any time. */
  private static Command command(String title, MemoryIdentity identity, Path threads) {
    boolean filtered = false;
    for (int tid : Threads.in(threads)) {
      Optional<ThreadStatus> status = ThreadStatus.of(threads, tid);
      status.ifPresent(thread -> thread.refuseTraced(title));
      filtered |= status.isPresent() && status.get().filtered();
    }
    return new Command(Command.FREEZE, identity.pid())
        .set(Command.STOP_LIMIT_NANOS, STOP_LIMIT_NANOS)
        .set(Command.FILTERED, filtered ? 1 : 0)
        .set(Command.HOLD_MILLIS, HOLD_MILLIS)
        .path("/proc/" + identity.pid() + "/task");
  }

  private static void refuse(String title, Path threads, Reply reply) {
    switch (reply.status()) {
      case Reply.DONE -> {}
      case Reply.NOT_STOPPED -> {
        String what = ThreadState.of(threads, reply.tid()).map(ThreadState::say).orElse("a thread");
        throw new KernelException(Errno.EBUSY, title + ": does not stop: " + what);
      }
      case Reply.NOT_SEIZED, Reply.GONE -> {
        ThreadStatus.of(threads, reply.tid()).ifPresent(thread -> thread.refuseTraced(title));
        throw KernelException.ofNumber(reply.error(), title);
      }
      default -> throw new KernelException(Errno.EBUSY, title + ": it has too many threads");
    }
  }

  /**
   * What has ended, or is the kernel's, is refused as well. A thread of io_uring may still complete
   * a read into the process's memory.
   */
  private static void requireAllHeld(String title, MemoryIdentity identity, long holder) {
    Path threads = identity.threads();
    for (int tid : Threads.in(threads)) {
      Optional<ThreadStatus> status = ThreadStatus.of(threads, tid);
      if (status.isEmpty() || status.get().tracer() == holder || status.get().ended()) {
        continue;
      }
      String name = Threads.name(identity.pid(), tid);
      String thread = title + ": its thread " + tid + " (" + name + ")";
      status.get().refuseTraced(thread);
      KernelException.refuseIf(
          !name.startsWith(ThreadChoice.KERNELS), Errno.EPERM, thread + " may not be stopped");
    }
  }

  @Override
  public int threads() {
    return reply.threads();
  }

  @Override
  public List<ThreadRegisters> registers() {
    return registers;
  }

  @Override
  public long nanos() {
    return (open ? System.nanoTime() : endNanos) - reply.stoppedAtNanos();
  }

  /**
   * {@inheritDoc}
   *
   * @throws KernelException EBUSY if it went on before: the helper was killed, or its time was up
   */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    helper.close();
    endNanos = System.nanoTime();
    open = false;
    boolean held = helper.awaitStatus() == FreezingCode.HELD_TO_THE_END;
    KernelException.refuseIf(
        !held,
        Errno.EBUSY,
        title + ", which went on before it was let go: nobody is stopped for more than a minute");
  }
}
