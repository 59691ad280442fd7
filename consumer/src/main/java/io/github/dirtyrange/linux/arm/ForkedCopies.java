package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.OpenFiles;
import io.github.dirtyrange.linux.sys.Processes;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Copies of a process's userfaultfd that were made while it was open there: a child has all that
 * its parent has, and so has a thread that takes descriptors of its own. They are made to close it.
 * It works on the memory of the process, which would stay registered until they execute a program
 * or end, were the tracker killed.
 *
 * <p>They are looked for until two looks have been taken and the last has found none. A child gets
 * its descriptors before it can be found (copy_process, kernel/fork.c), and may fork itself.
 */
final class ForkedCopies implements Runnable {

  private static final int LEAST_LOOKS = 2;
  private static final int MOST_LOOKS = 16;

  /** The tracked process is not listened to meanwhile. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final int pid;
  private final Descriptor ours;
  private final long sinceTicks;
  private final boolean framed;
  private int looks;
  private boolean found = true;

  /**
   * Looks for nothing yet.
   *
   * @param pid the process that opened it
   * @param ours the userfaultfd as we have it, open as long as this is used
   * @param sinceTicks what {@link Processes#ticks} said before
   * @param framed whether a signal frame may be put on the stack of a stopped thread
   */
  ForkedCopies(int pid, Descriptor ours, long sinceTicks, boolean framed) {
    this.pid = pid;
    this.ours = ours;
    this.sinceTicks = sinceTicks;
    this.framed = framed;
  }

  /** Has those that are found close it. One in which no thread can be stopped keeps it for now. */
  @Override
  public void run() {
    if (looks >= MOST_LOOKS || (looks >= LEAST_LOOKS && !found)) {
      return;
    }
    looks++;
    found = false;
    long end = System.nanoTime() + LOOK_NANOS;
    long self = ProcessHandle.current().pid();
    IntStream.concat(IntStream.of(pid), Processes.startedSince(sinceTicks))
        .filter(process -> process != self)
        .forEach(process -> closeIn(process, end));
  }

  private void closeIn(int process, long end) {
    for (OpenFiles files : OpenFiles.of(process)) {
      for (int number : files.sameAs(ours)) {
        found = true;
        if (System.nanoTime() < end) {
          close(process, files.owner(), number);
        }
      }
    }
  }

  private void close(int process, int owner, int number) {
    try (MemoryIdentity identity = MemoryIdentity.open(process);
        ProcMaps maps = new ProcMaps(identity)) {
      ThreadStopper.of(identity, maps.read(), framed, () -> 0, PATIENCE_NANOS)
          .close(owner, number, ours);
    } catch (KernelException e) {
      // It has ended, executed a program, or no thread of it stops: docs/guarantees.md says so.
    }
  }
}
