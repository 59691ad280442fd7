package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a trace is to be replayed.
 *
 * @param profile the kernel to simulate
 * @param costs what its steps cost
 * @param contenders who is to find the changes
 * @param queueBytes memory that a queue may take
 * @param pid which process of the trace; the first where none is given
 */
public record RetracePlan(
    Profile profile,
    CostModel costs,
    List<Contender> contenders,
    long queueBytes,
    OptionalInt pid) {

  /** Copies the list. */
  public RetracePlan {
    contenders = List.copyOf(contenders);
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("nobody is to find the changes");
    }
  }
}
