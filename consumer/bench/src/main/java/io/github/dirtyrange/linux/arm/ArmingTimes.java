package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * For how long a thread stands while a userfaultfd is opened in its process, and for how long of
 * that its registers are not its own, with a signal frame and without.
 *
 * <p>{@code ArmingTimes PID OPENINGS}. Nothing is registered.
 */
public final class ArmingTimes {

  private static final double MICROSECOND = 1_000;

  private final MemoryIdentity identity;
  private final List<Vma> mappings;
  private final int openings;

  private ArmingTimes(MemoryIdentity identity, List<Vma> mappings, int openings) {
    this.identity = identity;
    this.mappings = mappings;
    this.openings = openings;
  }

  /** Prints a line with a frame, and one without. */
  public static void main(String[] arguments) {
    try (MemoryIdentity identity = MemoryIdentity.open(Integer.parseInt(arguments[0]));
        ProcMaps maps = new ProcMaps(identity)) {
      ArmingTimes times = new ArmingTimes(identity, maps.read(), Integer.parseInt(arguments[1]));
      times.open(true);
      times.open(false);
    }
  }

  private void open(boolean framed) {
    long[] stopped = new long[openings];
    long[] window = new long[openings];
    int standing = 0;
    for (int i = 0; i < openings; i++) {
      Reply reply = openOnce(framed);
      stopped[i] = reply.stoppedNanos();
      window[i] = reply.windowNanos();
      standing += reply.framed() ? 1 : 0;
    }
    System.out.printf(
        "%d openings, %d on a frame: stopped %s, registers not its own %s%n",
        openings, standing, say(stopped), say(window));
  }

  private Reply openOnce(boolean framed) {
    Command order =
        new Command(Command.OPEN, identity.pid())
            .set(Command.UFFD_FLAGS, Abi.O_CLOEXEC | Abi.O_NONBLOCK | Abi.UFFD_USER_MODE_ONLY);
    return ThreadStopper.of(identity, mappings, framed, () -> 0, ThreadStopper.PATIENCE_NANOS)
        .stop(order, (helper, reply) -> Optional.of(reply), () -> {});
  }

  private static String say(long[] nanos) {
    Arrays.sort(nanos);
    return String.format(
        "p50 %.0f p99 %.0f max %.0f us",
        nanos[nanos.length / 2] / MICROSECOND,
        nanos[nanos.length * 99 / 100] / MICROSECOND,
        nanos[nanos.length - 1] / MICROSECOND);
  }
}
