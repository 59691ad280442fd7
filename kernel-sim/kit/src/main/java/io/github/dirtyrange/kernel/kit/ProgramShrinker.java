package io.github.dirtyrange.kernel.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a program that shows something shorter, for as long as it still shows it.
 *
 * @param <T> the steps of the program
 */
final class ProgramShrinker<T> {

  private final Function<T, List<T>> narrower;
  private final Predicate<List<T>> shows;
  private List<T> best;

  private ProgramShrinker(
      List<T> program, Function<T, List<T>> narrower, Predicate<List<T>> shows) {
    this.narrower = narrower;
    this.shows = shows;
    best = program;
  }

  /**
   * {@return a program from which no step can be left out, and none can be made narrower}
   *
   * @param narrower what to try in the place of a step
   */
  static <T> List<T> shrink(
      List<T> program, Function<T, List<T>> narrower, Predicate<List<T>> shows) {
    ProgramShrinker<T> shrinker = new ProgramShrinker<>(program, narrower, shows);
    boolean better;
    do {
      better = shrinker.leaveOneOut() || shrinker.narrowOne();
    } while (better);
    return shrinker.best;
  }

  private boolean leaveOneOut() {
    boolean better = false;
    for (int i = best.size() - 1; i >= 0; i--) {
      List<T> shorter = new ArrayList<>(best);
      shorter.remove(i);
      better |= take(shorter);
    }
    return better;
  }

  private boolean narrowOne() {
    boolean better = false;
    for (int i = 0; i < best.size(); i++) {
      for (T step : narrower.apply(best.get(i))) {
        List<T> changed = new ArrayList<>(best);
        changed.set(i, step);
        better |= take(changed);
      }
    }
    return better;
  }

  private boolean take(List<T> candidate) {
    if (!shows.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }
}
