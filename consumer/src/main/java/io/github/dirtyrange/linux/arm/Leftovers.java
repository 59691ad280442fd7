package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.TargetUserfaultfd;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Processes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The userfaultfd that a helper left open in a process, when it died between the two calls: another
 * helper closes it. It is known by being unused, and by not having been there before.
 */
final class Leftovers {

  /** So long a thread that nobody holds any more may take to run into the call and out of it. */
  private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final MemoryIdentity identity;
  private final ThreadStopper stopper;
  private final boolean framed;
  private final Set<Integer> before;
  private final long sinceTicks = Processes.ticks();
  private boolean deaths;

  /** Notes what is there before any helper is started. */
  Leftovers(MemoryIdentity identity, ThreadStopper stopper, boolean framed) {
    this.identity = identity;
    this.stopper = stopper;
    this.framed = framed;
    before = TargetUserfaultfd.unused(identity);
  }

  /** Closes what a helper that has just died left open, as far as it has come to be. */
  void close() {
    deaths = true;
    long end = System.nanoTime() + SETTLED_NANOS;
    boolean found = false;
    while (!found && System.nanoTime() < end) {
      found = closeFound();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Closes what has come to be since, if any helper died. */
  void closeLate() {
    if (deaths) {
      closeFound();
    }
  }

  private boolean closeFound() {
    Set<Integer> left = new HashSet<>(TargetUserfaultfd.unused(identity));
    left.removeAll(before);
    for (int descriptor : left) {
      closeThere(descriptor);
    }
    return !left.isEmpty();
  }

  /** Children that were forked meanwhile have it as well. */
  private void closeThere(int number) {
    Optional<Descriptor> same = TargetUserfaultfd.duplicate(identity, number);
    if (same.isEmpty()) {
      return;
    }
    try (Descriptor ours = same.get()) {
      stopper.close(identity.thread(), number, ours);
      new ForkedCopies(identity.pid(), ours, sinceTicks, framed).run();
    }
  }
}
