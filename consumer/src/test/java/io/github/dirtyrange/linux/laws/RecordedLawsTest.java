package io.github.dirtyrange.linux.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.OperationKind;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramGenerator;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Programs of the comparison's vocabulary, in a process that a queue by records watches: {@code
 * -Ddirtyrange.laws.programs=N} runs more of them, {@code -Ddirtyrange.laws.seed=N} others.
 */
class RecordedLawsTest {

  private static final int PROGRAMS = Integer.getInteger("dirtyrange.laws.programs", 20);
  private static final long SEED = Long.getLong("dirtyrange.laws.seed", 1);
  private static final int STEPS = 40;

  /** As for "dirtyrange conform": set where nobody else is on the machine. */
  private static final boolean WHOLE_MACHINE =
      Boolean.parseBoolean(System.getenv("DIRTYRANGE_WHOLE_MACHINE"));

  /** A queue is opened anew after so many. */
  private static final int PROGRAMS_A_QUEUE = 100;

  @Test
  void aDrainSaysWhatHasHappened() {
    OnLinux.need(Capability.BPF_HOOKS, Capability.WP_ASYNC);
    LinuxKernel kernel = LinuxKernel.open();
    try (RealMachine machine = new RealMachine(kernel::open)) {
      ProgramGenerator generator = new ProgramGenerator(SEED, STEPS, kinds(machine));
      for (int next = 0; next < PROGRAMS; ) {
        next = runSome(machine, generator, next);
      }
    }
  }

  /** Runs programs with one queue; {@return the next program} */
  private static int runSome(RealMachine machine, ProgramGenerator generator, int first) {
    machine.reset(Layout.HUGE);
    try (RecordedLaws laws = new RecordedLaws(machine, Layout.HUGE, new Random(SEED + first))) {
      assertThat(laws.queue().claims().always())
          .contains(Law.COMPLETE, Law.EXACT, Law.CARRIES_DELTAS, Law.FOLLOWS_PAGES);
      int end = Math.min(PROGRAMS, first + PROGRAMS_A_QUEUE);
      int next = first;
      while (next < end && runOne(laws, machine, generator.program(next).withoutSkipped(), next)) {
        next++;
      }
      System.out.println(next + " programs: " + laws.summary());
      assertThat(laws.drainsByRecords())
          .as("drains by records")
          .isGreaterThanOrEqualTo(next - first);
      return next < end ? next + 1 : end;
    }
  }

  /** {@return whether the process lives} It may be the program's own that it does not. */
  private static boolean runOne(RecordedLaws laws, RealMachine machine, Program program, int i) {
    try {
      List<String> broken = laws.run(program);
      assertThat(broken).as("program " + i + " of seed " + SEED).isEmpty();
      return true;
    } catch (MemoryGoneException | AgentDiedException e) {
      String death = machine.death();
      assertThat(isDeadly(machine, program))
          .as("program %d of seed %d: %s, if it is tracked; %s", i, SEED, death, laws.story())
          .isTrue();
      System.out.println("program " + i + " ended: " + death);
      return false;
    }
  }

  private static boolean isDeadly(RealMachine machine, Program program) {
    machine.reset(program.layout());
    int pid = pid(machine);
    try {
      program.operations().forEach(machine::run);
      machine.reset(program.layout());
    } catch (AgentDiedException e) {
      return true;
    }
    return pid(machine) != pid;
  }

  private static int pid(RealMachine machine) {
    try (TrackedProcess process = machine.track(0)) {
      return process.pid();
    }
  }

  /** Those that arm, or register, would be another tracker beside this one. */
  private static Set<OperationKind> kinds(RealMachine machine) {
    Set<OperationKind> kinds = EnumSet.copyOf(machine.kinds());
    kinds.removeIf(kind -> kind.label().startsWith("uffd") || kind == OperationKind.SCAN);
    kinds.removeIf(kind -> kind.concernsTheWholeMachine() && !WHOLE_MACHINE);
    return kinds;
  }
}
