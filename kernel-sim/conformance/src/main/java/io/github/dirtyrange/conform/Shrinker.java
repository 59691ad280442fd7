package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds a short program that still fails in a long one: delta debugging over the operations, then
 * simpler arguments, until nothing can be taken away (or the tries run out).
 */
public final class Shrinker {

  private final Predicate<Program> fails;
  private int triesLeft;

  /**
   * Prepares to shrink.
   *
   * @param fails whether a program shows what is looked for
   * @param tries how many programs may be tried
   */
  public Shrinker(Predicate<Program> fails, int tries) {
    this.fails = fails;
    this.triesLeft = tries;
  }

  /** {@return the shortest failing program found; {@code program} must fail} */
  public Program shrink(Program program) {
    Program best = program;
    Program before;
    do {
      before = best;
      best = withFewerOperations(best);
      best = withSimplerArguments(best);
    } while (!best.equals(before) && triesLeft > 0);
    return best;
  }

  private Program withFewerOperations(Program program) {
    Program best = program;
    for (int chunk = best.operations().size(); chunk > 0; chunk /= 2) {
      int end = best.operations().size();
      while (end > 0) {
        int start = Math.max(0, end - chunk);
        Program shorter = without(best, start, end);
        if (stillFails(shorter)) {
          best = shorter;
        }
        end = start;
      }
    }
    return best;
  }

  private Program withSimplerArguments(Program program) {
    Program best = program;
    for (int step = 0; step < best.operations().size(); step++) {
      int arguments = RecordArguments.get(best.operations().get(step)).length;
      for (int argument = 0; argument < arguments; argument++) {
        best = withSimplerArgument(best, step, argument);
      }
    }
    return best;
  }

  private Program withSimplerArgument(Program program, int step, int argument) {
    Program best = program;
    boolean simpler;
    do {
      simpler = false;
      long value = RecordArguments.get(best.operations().get(step))[argument];
      for (long candidate : simplerThan(value)) {
        Program tried = with(best, step, argument, candidate);
        if (stillFails(tried)) {
          best = tried;
          simpler = true;
          break;
        }
      }
    } while (simpler);
    return best;
  }

  /** Zero, then half and one page less (of lengths), then one bit fewer (of flags and masks). */
  private static List<Long> simplerThan(long value) {
    List<Long> simpler = new ArrayList<>();
    if (value == 0) {
      return simpler;
    }
    simpler.add(0L);
    if (value > Pages.SIZE) {
      simpler.add(value / 2 / Pages.SIZE * Pages.SIZE);
      simpler.add(value - Pages.SIZE);
    }
    for (long rest = value; rest != 0; rest &= rest - 1) {
      simpler.add(value & ~Long.lowestOneBit(rest));
    }
    return simpler;
  }

  private boolean stillFails(Program program) {
    return triesLeft-- > 0 && fails.test(program);
  }

  private static Program without(Program program, int start, int end) {
    List<Operation> operations = new ArrayList<>(program.operations());
    operations.subList(start, end).clear();
    return program.with(operations);
  }

  private static Program with(Program program, int step, int argument, long value) {
    List<Operation> operations = new ArrayList<>(program.operations());
    Operation old = operations.get(step);
    long[] arguments = RecordArguments.get(old);
    arguments[argument] = value;
    operations.set(step, RecordArguments.make(old.getClass(), arguments));
    return program.with(operations);
  }
}
