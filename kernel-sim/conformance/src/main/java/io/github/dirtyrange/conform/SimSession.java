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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulated kernel with its processes and files, for one program. */
final class SimSession {

  /** Memory of every process that is never compared. */
  static final long SCRATCH = 0x60_1000;

  private static final int FIXED = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;
  private static final long ASYNCHRONOUS = Userfaultfd.WP_ASYNC | Userfaultfd.WP_UNPOPULATED;

  /** A process with its view from outside, and its userfaultfd once it has one. */
  private static final class Slot {
    final SimProcess process;
    final TrackedProcess tracked;
    @Nullable UserfaultfdCalls userfaultfd;
    long features;

    Slot(SimProcess process) {
      this.process = process;
      this.tracked = process.tracked();
    }
  }

  private final @Nullable Slot[] slots = new Slot[Machine.CHILDREN + 1];
  private final List<SimFile> files;
  private final List<String> messages = new ArrayList<>();

  private final SimKernel kernel;

  /** Boots a kernel and maps the fences of a layout. */
  SimSession(Profile profile, Layout layout) {
    kernel = new SimKernel(profile);
    SimProcess first = kernel.spawn();
    slots[0] = new Slot(first);
    for (long page : layout.fences()) {
      first.mmap(Layout.BASE + Pages.address(page), Pages.SIZE, X64Abi.PROT_NONE, FIXED);
    }
    first.mmap(SCRATCH, Pages.SIZE, X64Abi.PROT_READ | X64Abi.PROT_WRITE, FIXED);
    first.setHeap(Layout.BASE + Layout.heap());
    SimFile onDisk = kernel.createFile("/conform");
    files = List.of(kernel.createMemfd("conform"), onDisk, onDisk.readOnly());
    file(Files.MEMFD).truncate(Files.BYTES);
    onDisk.truncate(Files.BYTES);
    for (long offset = 0; offset < Files.BYTES; offset += Pages.SIZE) {
      onDisk.write(offset, 0);
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

  /** {@return the messages that userfaultfds have sent since this was last asked} */
  List<String> takeMessages() {
    List<String> taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }

  /** {@return the userfaultfd of a process, opened at its first use} */
  UserfaultfdCalls userfaultfd(int number) {
    UserfaultfdCalls open = slot(number).userfaultfd;
    return open == null ? opened(slot(number), ASYNCHRONOUS) : open;
  }

  /** Closes the userfaultfd of a process, if it has one, and opens another. */
  void openUserfaultfd(int number, long features) {
    Slot slot = slot(number);
    if (slot.userfaultfd != null) {
      slot.userfaultfd.close();
      slot.userfaultfd = null;
    }
    opened(slot, features);
  }

  private UserfaultfdCalls opened(Slot slot, long features) {
    return use(slot, slot.process.userfaultfdCalls(features), features);
  }

  private UserfaultfdCalls use(Slot slot, UserfaultfdCalls opened, long features) {
    slot.userfaultfd = opened;
    slot.features = features;
    slot.process.setUserfaultReader(new SimUserfaultReader(opened, messages));
    return opened;
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

  /** Forks the process in one slot into another, with its userfaultfd if that followed the fork. */
  void fork(int parent, int child) {
    int before = messages.size();
    Slot forked = new Slot(process(parent).fork());
    forked.process.setUserfaultReader(null);
    slots[child] = forked;
    if (messages.size() > before) {
      use(forked, forked.process.inheritedUserfaultfd(), slot(parent).features);
    }
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
