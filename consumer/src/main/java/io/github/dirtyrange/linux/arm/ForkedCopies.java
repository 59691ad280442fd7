package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Processes;
import io.github.dirtyrange.linux.sys.Sharing;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process's userfaultfd as its children have it that were forked while it was open there, and
 * their children: they are made to close it. It works on the memory of the process, which would
 * stay registered until they execute a program or end, were the tracker killed.
 *
 * <p>They are looked for twice. A child gets its descriptors before it can be found (copy_process,
 * kernel/fork.c), and by the second look it can.
 */
final class ForkedCopies implements Runnable {

  private static final int LOOKS = 2;

  /** Another process waits for nobody here, and the tracked one is not listened to meanwhile. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Descriptor ours;
  private final int number;
  private final boolean framed;
  private int looks;

  /**
   * Looks for nothing yet.
   *
   * @param ours the userfaultfd as we have it, open as long as this is used
   * @param number its number in the process that opened it, and so in every child
   * @param framed whether a signal frame may be put on the stack of a stopped thread
   */
  ForkedCopies(Descriptor ours, int number, boolean framed) {
    this.ours = ours;
    this.number = number;
    this.framed = framed;
  }

  /** Has those that are found close it. One in which no thread can be stopped keeps it. */
  @Override
  public void run() {
    if (looks++ >= LOOKS) {
      return;
    }
    long self = ProcessHandle.current().pid();
    for (int pid : Processes.list()) {
      if (pid != self && Sharing.ofOpenFile(ours, pid, number) == Sharing.SHARED) {
        closeIn(pid);
      }
    }
  }

  private void closeIn(int pid) {
    try (MemoryIdentity process = MemoryIdentity.open(pid);
        ProcMaps maps = new ProcMaps(process)) {
      List<Vma> mappings = maps.read();
      Gadgets gadgets = Gadgets.find(new RemoteMemory(process), mappings, framed);
      new ThreadStopper(process, mappings, gadgets, () -> 0, PATIENCE_NANOS).close(number, ours);
    } catch (KernelException e) {
      // It has ended, executed a program, or may not be traced: docs/guarantees.md says so.
    }
  }
}
