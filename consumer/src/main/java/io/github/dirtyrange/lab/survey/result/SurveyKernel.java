package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel of a survey, and what is run there at every point.
 *
 * @param name "sim" or "linux"
 * @param release its release
 * @param machine the machine that its times are of, in some words; of the simulated kernel the
 *     costs that it goes by
 * @param has the names of its capabilities
 * @param hasNot those that it lacks, and why
 * @param strategies who takes part, each once
 * @param queueDesigns the designs that the strategy queue takes part with; none means the kernel's
 *     own
 * @param rounds rounds that count
 * @param warmup rounds before them that do not
 */
public record SurveyKernel(
    String name,
    String release,
    String machine,
    List<String> has,
    Map<String, String> hasNot,
    List<Strategy> strategies,
    List<String> queueDesigns,
    int rounds,
    int warmup) {

  /** The simulated kernel's name. */
  public static final String SIM = "sim";

  /** The running kernel's name. */
  public static final String LINUX = "linux";

  /** Copies the collections and checks the numbers. */
  public SurveyKernel {
    has = List.copyOf(has);
    hasNot = Collections.unmodifiableMap(new LinkedHashMap<>(hasNot));
    strategies = List.copyOf(strategies);
    queueDesigns = List.copyOf(queueDesigns);
    if (rounds < 1 || warmup < 0) {
      throw new IllegalArgumentException(rounds + " rounds after " + warmup);
    }
    if (strategies.isEmpty()) {
      throw new IllegalArgumentException("a survey needs a strategy");
    }
  }

  /** {@return whether its time is virtual, so that every run gives the same} */
  public boolean isSimulated() {
    return name.equals(SIM);
  }

  /** {@return the names that the rows of its points have, in their order} */
  public List<String> rowNames() {
    List<String> names = new ArrayList<>();
    for (Strategy strategy : strategies) {
      if (strategy == Strategy.QUEUE && !queueDesigns.isEmpty()) {
        queueDesigns.forEach(design -> names.add(strategy.label() + ":" + design));
      } else {
        names.add(strategy.label());
      }
    }
    return names;
  }
}
