package io.github.dirtyrange.linux.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.OperationKind;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramGenerator;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Law;
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
      for (int first = 0; first < PROGRAMS; first += PROGRAMS_A_QUEUE) {
        runSome(machine, generator, first);
      }
    }
  }

  private static void runSome(RealMachine machine, ProgramGenerator generator, int first) {
    machine.reset(Layout.HUGE);
    try (RecordedLaws laws = new RecordedLaws(machine, Layout.HUGE, new Random(SEED + first))) {
      assertThat(laws.queue().claims().always())
          .contains(Law.COMPLETE, Law.EXACT, Law.CARRIES_DELTAS, Law.FOLLOWS_PAGES);
      int end = Math.min(PROGRAMS, first + PROGRAMS_A_QUEUE);
      for (int i = first; i < end; i++) {
        Program program = generator.program(i);
        List<String> broken = laws.run(program);
        assertThat(broken).as("program " + i + " of seed " + SEED).isEmpty();
      }
      System.out.println(end + " programs: " + laws.summary());
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
