package io.github.dirtyrange.retrace;

import io.github.dirtyrange.track.Strategy;
import java.util.Optional;

/**
 * A strategy that a trace is replayed to.
 *
 * @param strategy which; not {@link Strategy#PERFECT}, which would have to be told
 * @param queueDesign the design of its queue, by name; none for the kernel's own
 */
public record Contender(Strategy strategy, Optional<String> queueDesign) {

  /** {@return what reports call it: "queue:bitmap"} */
  String name() {
    return strategy.label() + queueDesign.map(design -> ":" + design).orElse("");
  }
}
