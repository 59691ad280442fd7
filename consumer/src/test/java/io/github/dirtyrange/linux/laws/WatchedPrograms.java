package io.github.dirtyrange.linux.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.OperationKind;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramGenerator;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Programs of the comparison's vocabulary, in a process that is watched: {@code
 * -Ddirtyrange.laws.programs=N} runs more of them, {@code -Ddirtyrange.laws.seed=N} others, {@code
 * -Ddirtyrange.laws.first=N} begins with that one, a multiple of 100.
 */
final class WatchedPrograms {

  private static final int PROGRAMS = Integer.getInteger("dirtyrange.laws.programs", 20);
  private static final int FIRST = Integer.getInteger("dirtyrange.laws.first", 0);
  private static final long SEED = Long.getLong("dirtyrange.laws.seed", 1);
  private static final int STEPS = 40;

  /** As for "dirtyrange conform": set where nobody else is on the machine. */
  private static final boolean WHOLE_MACHINE =
      Boolean.parseBoolean(System.getenv("DIRTYRANGE_WHOLE_MACHINE"));

  /** What watches is opened anew after so many. */
  private static final int PROGRAMS_A_WATCH = 100;

  /** Begins to watch the first process of a machine that is at the beginning of a program. */
  interface Watch {
    WatchedProcess begin(LinuxKernel kernel, RealMachine machine, Random random);
  }

  private final LinuxKernel kernel;
  private final RealMachine machine;
  private final ProgramGenerator generator;
  private final Watch watch;

  private WatchedPrograms(
      LinuxKernel kernel, RealMachine machine, Predicate<OperationKind> wanted, Watch watch) {
    this.kernel = kernel;
    this.machine = machine;
    this.watch = watch;
    generator = new ProgramGenerator(SEED, STEPS, kinds(machine, wanted));
  }

  /** {@return whether a step arms nothing: those that do would be another tracker} */
  static boolean armsNothing(OperationKind kind) {
    return !kind.label().startsWith("uffd") && kind != OperationKind.SCAN;
  }

  /** Runs programs of those steps that are wanted, until a law is broken or all have run. */
  static void run(Predicate<OperationKind> wanted, Watch watch) {
    LinuxKernel kernel = LinuxKernel.open();
    try (RealMachine machine = new RealMachine(kernel::open)) {
      WatchedPrograms programs = new WatchedPrograms(kernel, machine, wanted, watch);
      for (int next = FIRST; next < PROGRAMS; ) {
        next = programs.runSome(next);
      }
    }
  }

  private static Set<OperationKind> kinds(RealMachine machine, Predicate<OperationKind> wanted) {
    Set<OperationKind> kinds = EnumSet.copyOf(machine.kinds());
    kinds.removeIf(wanted.negate());
    kinds.removeIf(kind -> kind.concernsTheWholeMachine() && !WHOLE_MACHINE);
    return kinds;
  }

  /** Runs programs in one process; {@return the next program} */
  private int runSome(int first) {
    machine.reset(Layout.HUGE);
    try (WatchedProcess watched = watch.begin(kernel, machine, new Random(SEED + first))) {
      int end = Math.min(PROGRAMS, first + PROGRAMS_A_WATCH);
      int next = first;
      while (next < end && runOne(watched, next)) {
        next++;
      }
      System.out.println(next + " programs: " + watched.summary());
      assertThat(watched.looksByRecords())
          .as("looks by records")
          .isGreaterThanOrEqualTo(next - first);
      return next < end ? next + 1 : end;
    }
  }

  /** {@return whether the process lives} It may be the program's own that it does not. */
  private boolean runOne(WatchedProcess watched, int i) {
    Program program = generator.program(i).withoutSkipped();
    try {
      List<String> broken = watched.run(program);
      assertThat(broken).as("program " + i + " of seed " + SEED).isEmpty();
      return true;
    } catch (MemoryGoneException | AgentDiedException e) {
      String death = machine.death();
      if (!isDeadly(program)) {
        throw new AssertionError(
            "program %d of seed %d, if it is watched: %s; %s"
                .formatted(i, SEED, death, watched.story()),
            e);
      }
      System.out.println("program " + i + " ended: " + death);
      return false;
    }
  }

  private boolean isDeadly(Program program) {
    machine.reset(program.layout());
    int pid = pid();
    try {
      program.operations().forEach(machine::run);
      machine.reset(program.layout());
    } catch (AgentDiedException e) {
      return true;
    }
    return pid() != pid;
  }

  private int pid() {
    try (TrackedProcess process = machine.track(0)) {
      return process.pid();
    }
  }
}
