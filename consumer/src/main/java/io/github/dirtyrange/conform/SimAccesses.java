package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.util.function.LongSupplier;

/** Reads and writes of memory on the simulated kernel: by the CPU, by the kernel, from outside. */
final class SimAccesses {

  private static final long USER_SPACE_BYTES = (1L << 47) - Pages.SIZE;
  private static final int SIGSEGV = 11;
  private static final int SIGBUS = 7;

  private final SimSession session;

  SimAccesses(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Load.class, this::load)
        .with(Operation.Store.class, this::store)
        .with(Operation.KernelWrite.class, this::kernelWrite)
        .with(Operation.ForeignWrite.class, this::foreignWrite);
  }

  private Outcome load(Operation.Load load) {
    return access(() -> process(load).load(Layout.BASE + load.address()));
  }

  private Outcome store(Operation.Store store) {
    return access(
        () -> {
          process(store).store(Layout.BASE + store.address(), store.value());
          return 0;
        });
  }

  private Outcome kernelWrite(Operation.KernelWrite write) {
    long end = Layout.BASE + write.start() + write.length();
    if (write.length() < 0 || end > USER_SPACE_BYTES) {
      return Outcome.error(Errno.EFAULT.number());
    }
    return writeZeros(process(write), write.start(), write.length());
  }

  private Outcome foreignWrite(Operation.ForeignWrite write) {
    if (write.length() < 0) {
      return Outcome.error(Errno.EINVAL.number());
    }
    return writeZeros(process(write), write.start(), write.length());
  }

  /** Stores zeros page by page, as far as it goes: a short count, or EFAULT if nothing was. */
  private static Outcome writeZeros(SimProcess process, long start, long length) {
    long done = 0;
    try {
      while (done < length) {
        long address = Layout.BASE + start + done;
        writeZeros(process, address);
        done += Math.min(length - done, Pages.SIZE - (address & (Pages.SIZE - 1)));
      }
    } catch (KernelException e) {
      return done == 0 ? Outcome.error(Errno.EFAULT.number()) : Outcome.result(done);
    }
    return Outcome.result(done);
  }

  /** What a page holds is what its first bytes hold: a write behind them leaves it. */
  private static void writeZeros(SimProcess process, long address) {
    if ((address & (Pages.SIZE - 1)) == 0) {
      process.store(address, 0);
    } else {
      process.unpin(process.pin(address));
    }
  }

  private SimProcess process(Operation operation) {
    return session.process(operation.process());
  }

  private static Outcome access(LongSupplier access) {
    try {
      return Outcome.result(access.getAsLong());
    } catch (KernelException e) {
      return Outcome.signal(e.errno() == Errno.EFAULT ? SIGSEGV : SIGBUS);
    }
  }
}
