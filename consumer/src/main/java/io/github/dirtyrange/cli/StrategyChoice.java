package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.lab.MachineLacksException;
import io.github.dirtyrange.track.Strategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which strategies take part in a comparison on a kernel. */
final class StrategyChoice {

  /** Those that keep changes in the memory of a queue. */
  private static final Set<Strategy> QUEUEING =
      EnumSet.of(
          Strategy.QUEUE,
          Strategy.ADAPTIVE,
          Strategy.BPF_QUEUE,
          Strategy.SOFT_DIRTY_QUEUE,
          Strategy.KERNEL_QUEUE);

  private StrategyChoice() {}

  /**
   * Throws {@link UsageMistake} where a design is named twice, or where an option is about queues
   * and no strategy that was named has one: it would do nothing.
   *
   * @param named the strategies, all if none is
   * @param designs those of {@code --queue}, which are of the strategy of that name
   * @param ring whether {@code --ring} is given
   */
  static void requireQueue(Collection<Strategy> named, List<String> designs, boolean ring) {
    Set<String> seen = new HashSet<>();
    for (String design : designs) {
      if (!seen.add(design)) {
        throw new UsageMistake("--queue names " + design + " twice");
      }
    }
    if (named.isEmpty()) {
      return;
    }
    if (!designs.isEmpty() && !named.contains(Strategy.QUEUE)) {
      throw new UsageMistake(
          "--queue is about the strategy queue, which --strategy leaves out; add it there, or leave"
              + " out --queue");
    }
    if (ring && named.stream().noneMatch(QUEUEING::contains)) {
      throw new UsageMistake(
          "--ring is the memory of a queue, and no strategy of --strategy has one; leave out --ring");
    }
  }

  /**
   * {@return those named, or all that the kernel allows if none is}
   *
   * @throws MachineLacksException if the kernel does not allow a named one, or any at all
   */
  static List<Strategy> of(Set<Strategy> named, Capabilities capabilities) {
    return named.isEmpty() ? allowed(capabilities) : demanded(named, capabilities);
  }

  private static List<Strategy> allowed(Capabilities capabilities) {
    List<Strategy> allowed =
        Arrays.stream(Strategy.values())
            .filter(strategy -> strategy.lacking(capabilities).isEmpty())
            .toList();
    if (allowed.isEmpty()) {
      throw lacks("every strategy", Strategy.PAGEMAP.lacking(capabilities).orElseThrow());
    }
    return allowed;
  }

  private static List<Strategy> demanded(Set<Strategy> named, Capabilities capabilities) {
    for (Strategy strategy : named) {
      Optional<Capability> lacking = strategy.lacking(capabilities);
      if (lacking.isPresent()) {
        throw lacks(strategy.label(), lacking.get());
      }
    }
    return List.copyOf(named);
  }

  private static MachineLacksException lacks(String who, Capability lacking) {
    return new MachineLacksException(
        who + " needs " + lacking.name() + ", which is not to be had here: " + lacking.detail());
  }
}
