package io.github.dirtyrange.kernel.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

  /** {@return every program that is one step shorter, and then those with a narrower step} */
  static <T> Stream<List<T>> candidates(List<T> program, Function<T, List<T>> narrower) {
    List<List<T>> candidates = new ArrayList<>();
    for (int i = program.size() - 1; i >= 0 && program.size() > 1; i--) {
      candidates.add(without(program, i));
    }
    for (int i = 0; i < program.size(); i++) {
      for (T step : narrower.apply(program.get(i))) {
        candidates.add(with(program, i, step));
      }
    }
    return candidates.stream();
  }

  private static <T> List<T> without(List<T> program, int step) {
    List<T> shorter = new ArrayList<>(program);
    shorter.remove(step);
    return shorter;
  }

  private static <T> List<T> with(List<T> program, int step, T other) {
    List<T> changed = new ArrayList<>(program);
    changed.set(step, other);
    return changed;
  }

  private boolean leaveOneOut() {
    boolean better = false;
    for (int i = best.size() - 1; i >= 0; i--) {
      better |= take(without(best, i));
    }
    return better;
  }

  private boolean narrowOne() {
    boolean better = false;
    for (int i = 0; i < best.size(); i++) {
      for (T step : narrower.apply(best.get(i))) {
        better |= take(with(best, i, step));
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
