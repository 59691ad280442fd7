package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulated kernel with its processes and files, for one program. */
final class SimSession {

  private static final int FENCE = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;

  /** A process with its view from outside, and its userfaultfd once it has one. */
  private static final class Slot {
    final SimProcess process;
    final TrackedProcess tracked;
    @Nullable UserfaultfdCalls userfaultfd;

    Slot(SimProcess process) {
      this.process = process;
      this.tracked = process.tracked();
    }
  }

  private final @Nullable Slot[] slots = new Slot[Machine.CHILDREN + 1];
  private final List<SimFile> files;

  private final SimKernel kernel;

  /** Boots a kernel and maps the fences of a layout. */
  SimSession(Profile profile, Layout layout) {
    kernel = new SimKernel(profile);
    slots[0] = new Slot(kernel.spawn());
    for (long page : layout.fences()) {
      process(0).mmap(Layout.BASE + Pages.address(page), Pages.SIZE, X64Abi.PROT_NONE, FENCE);
    }
    files = List.of(kernel.createMemfd("conform"), kernel.createFile("/conform"));
    files.forEach(file -> file.truncate(Files.BYTES));
    for (long offset = 0; offset < Files.BYTES; offset += Pages.SIZE) {
      file(Files.DISK).write(offset, 0);
    }
  }

  /** {@return the kernel} */
  SimKernel kernel() {
    return kernel;
  }

  /** {@return whether a process lives in a slot} */
  boolean isAlive(int number) {
    return slots[number] != null;
  }

  /** {@return the process in a slot} */
  SimProcess process(int number) {
    return slot(number).process;
  }

  /** {@return the process in a slot, as a tracker sees it} */
  TrackedProcess tracked(int number) {
    return slot(number).tracked;
  }

  /** {@return the userfaultfd of a process, opened at its first use} */
  UserfaultfdCalls userfaultfd(int number) {
    Slot slot = slot(number);
    UserfaultfdCalls open = slot.userfaultfd;
    if (open == null) {
      open = slot.process.userfaultfdCalls(Userfaultfd.WP_ASYNC | Userfaultfd.WP_UNPOPULATED);
      slot.userfaultfd = open;
    }
    return open;
  }

  /**
   * {@return a file}
   *
   * @throws KernelException EBADF for a number that is no file
   */
  SimFile file(int number) {
    if (number < 0 || number >= Files.COUNT) {
      throw new KernelException(Errno.EBADF, "file " + number);
    }
    return files.get(number);
  }

  /** Forks the process in one slot into another. */
  void fork(int parent, int child) {
    slots[child] = new Slot(process(parent).fork());
  }

  /** Ends the process in a slot. */
  void exit(int number) {
    process(number).exit();
    slots[number] = null;
  }

  private Slot slot(int number) {
    Slot slot = slots[number];
    if (slot == null) {
      throw new IllegalStateException("no process in slot " + number);
    }
    return slot;
  }
}
