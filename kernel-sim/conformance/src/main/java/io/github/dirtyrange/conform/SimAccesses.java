package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.util.function.LongConsumer;
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
        .with(Operation.StackStore.class, this::stackStore)
        .with(Operation.MemWrite.class, this::memWrite)
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

  private Outcome stackStore(Operation.StackStore store) {
    return store(new Operation.Store(store.process(), store.address(), store.value()));
  }

  private Outcome memWrite(Operation.MemWrite write) {
    return SimCalls.call(
        () -> {
          process(write).writeByProcMem(Layout.BASE + write.address(), write.value());
          return Long.BYTES;
        });
  }

  private Outcome kernelWrite(Operation.KernelWrite write) {
    long end = Layout.BASE + write.start() + write.length();
    if (write.length() < 0 || end > USER_SPACE_BYTES) {
      return Outcome.error(Errno.EFAULT.number());
    }
    SimProcess process = process(write);
    return writeZeros(write.start(), write.length(), address -> storeZeros(process, address));
  }

  private Outcome foreignWrite(Operation.ForeignWrite write) {
    if (write.length() < 0) {
      return Outcome.error(Errno.EINVAL.number());
    }
    SimProcess process = process(write);
    return writeZeros(write.start(), write.length(), address -> writeZeros(process, address));
  }

  /**
   * Writes zeros page by page, as far as it goes: a short count, or EFAULT if nothing was written.
   * What a page holds is what its first bytes hold: a write behind them leaves it.
   */
  private static Outcome writeZeros(long start, long length, LongConsumer writer) {
    long done = 0;
    try {
      while (done < length) {
        long address = Layout.BASE + start + done;
        writer.accept(address);
        done += Math.min(length - done, Pages.SIZE - (address & (Pages.SIZE - 1)));
      }
    } catch (KernelException e) {
      return done == 0 ? Outcome.error(Errno.EFAULT.number()) : Outcome.result(done);
    }
    return Outcome.result(done);
  }

  private static void storeZeros(SimProcess process, long address) {
    if (isPageStart(address)) {
      process.store(address, 0);
    } else {
      process.touch(address);
    }
  }

  private static void writeZeros(SimProcess process, long address) {
    if (isPageStart(address)) {
      process.writeFromOutside(address, 0);
    } else {
      process.unpin(process.pin(address));
    }
  }

  private static boolean isPageStart(long address) {
    return (address & (Pages.SIZE - 1)) == 0;
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
