package io.github.dirtyrange.kernel.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a program that shows something shorter, for as long as it still shows it. */
final class ProgramShrinker {

  private final Predicate<List<Step>> shows;
  private List<Step> best;

  private ProgramShrinker(List<Step> program, Predicate<List<Step>> shows) {
    this.shows = shows;
    best = program;
  }

  /** {@return a program from which no step can be left out, and none can work on fewer slots} */
  static List<Step> shrink(List<Step> program, Predicate<List<Step>> shows) {
    ProgramShrinker shrinker = new ProgramShrinker(program, shows);
    boolean better;
    do {
      better = shrinker.leaveOneOut() || shrinker.narrowOne();
    } while (better);
    return shrinker.best;
  }

  private boolean leaveOneOut() {
    boolean better = false;
    for (int i = best.size() - 1; i >= 0; i--) {
      List<Step> shorter = new ArrayList<>(best);
      shorter.remove(i);
      better |= take(shorter);
    }
    return better;
  }

  private boolean narrowOne() {
    boolean better = false;
    for (int i = 0; i < best.size(); i++) {
      Step step = best.get(i);
      better |= step.slots() > 1 && take(with(i, step.slot(), step.slots() / 2));
      better |= step.slot() > 0 && take(with(i, step.slot() / 2, step.slots()));
    }
    return better;
  }

  private List<Step> with(int index, int slot, int slots) {
    List<Step> changed = new ArrayList<>(best);
    changed.set(index, new Step(best.get(index).kind(), slot, slots));
    return changed;
  }

  private boolean take(List<Step> candidate) {
    if (!shows.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }
}
