package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;

/**
 * Prints which design keeps which law: runs many random programs of a process, and looks for a
 * violation of every law, claimed or not; as many programs of calls of the queue by itself; and
 * CPUs that fault while it is drained. The first violation of each law is shrunk and printed.
 *
 * <p>Arguments: the number of programs a design, then the designs, all registered ones if none is
 * named. Ends with status 1 if a claimed law was broken, or one that is not claimed was not, and
 * with 2 if the arguments make no sense.
 */
public final class LawTable {

  private static final int GENERATOR_SIZE = 1000;
  private static final int PROGRAMS_A_SESSION = 1000;
  private static final int DRAINS = 1000;
  private static final List<Profile> PROFILES =
      List.of(Profile.V7_3, Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));

  private final QueueDesign design;
  private final Map<Law, Integer> brokenAfter = new EnumMap<>(Law.class);
  private boolean right = true;

  private LawTable(QueueDesign design) {
    this.design = design;
  }

  /** Runs the programs and prints the table, a row as soon as it is known. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      System.exit(print(programs(arguments), designs(arguments)) ? 0 : 1);
    } catch (IllegalArgumentException mistake) {
      System.err.println("LawTable: " + mistake.getMessage());
      System.exit(2);
    }
  }

  /** {@return how many programs are asked for} */
  static int programs(String... arguments) {
    if (arguments.length == 0 || !arguments[0].matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "give a number of programs, at least 1, and then designs, if not all");
    }
    return Integer.parseInt(arguments[0]);
  }

  private static List<QueueDesign> designs(String... arguments) {
    return arguments.length == 1
        ? QueueDesigns.registered()
        : Arrays.stream(arguments).skip(1).map(QueueDesigns::find).toList();
  }

  private static boolean print(int programs, List<QueueDesign> designs)
      throws InterruptedException {
    boolean right = true;
    for (QueueDesign design : designs) {
      LawTable row = new LawTable(design);
      row.run(programs);
      row.print(programs);
      right &= row.right;
    }
    return right;
  }

  private void run(int programs) throws InterruptedException {
    Random random = new Random(1);
    Random calls = new Random(2);
    for (int first = 0; first < programs; first += PROGRAMS_A_SESSION) {
      int from = first;
      int to = Math.min(programs, first + PROGRAMS_A_SESSION);
      JqwikSession.run(() -> run(random, from, to));
      JqwikSession.run(() -> runCalls(calls, from, to));
    }
    ConcurrentCheck.run(design, DRAINS)
        .ifPresent(
            what -> {
              System.out.printf("%s breaks L1 while CPUs fault:%n  %s%n", design.name(), what);
              brokenAfter.putIfAbsent(Law.COMPLETE, 1);
            });
  }

  /** Of the queue by itself; laws that are not claimed are for programs of a process to break. */
  private void runCalls(Random random, int from, int to) {
    RandomGenerator<RecordProgram> generator = RecordProgram.programs().generator(GENERATOR_SIZE);
    for (int number = from + 1; number <= to; number++) {
      RecordProgram program = generator.next(random).value();
      for (Law law : RecordCheck.run(design, program).keySet()) {
        if (design.claims().always().contains(law)
            && brokenAfter.putIfAbsent(law, number) == null) {
          RecordProgram shortest =
              program.shrunk(shorter -> RecordCheck.run(design, shorter).containsKey(law));
          System.out.printf(
              "%s breaks %s by itself:%n  %s%n  %s%n",
              design.name(), law.label(), shortest, RecordCheck.run(design, shortest).get(law));
        }
      }
    }
  }

  private void run(Random random, int from, int to) {
    RandomGenerator<List<Step>> generator = Step.ordinaryPrograms().generator(GENERATOR_SIZE);
    for (int i = from; i < to; i++) {
      List<Step> program = generator.next(random).value();
      Profile profile = PROFILES.get(i % PROFILES.size());
      int number = i + 1;
      LawCheck.run(design, profile, program)
          .keySet()
          .forEach(law -> note(law, number, profile, program));
    }
  }

  private void note(Law law, int number, Profile profile, List<Step> program) {
    if (brokenAfter.putIfAbsent(law, number) != null) {
      return;
    }
    List<Step> shortest =
        ProgramShrinker.shrink(
            program,
            Step::narrower,
            shorter -> LawCheck.run(design, profile, shorter).containsKey(law));
    System.out.printf(
        "%s breaks %s on %s:%n  %s%n  %s%n",
        design.name(),
        law.label(),
        profile.name(),
        shortest,
        LawCheck.run(design, profile, shortest).get(law));
  }

  private void print(int programs) {
    StringBuilder row = new StringBuilder(String.format("| %-14s", design.name()));
    for (Law law : Law.values()) {
      boolean claimed = design.claims().always().contains(law);
      Integer broken = brokenAfter.get(law);
      right &= claimed == (broken == null);
      row.append(
          broken == null
              ? String.format(" | %s %,d", claimed ? "kept" : "not broken in", programs)
              : String.format(" | %s %,d", claimed ? "BROKEN by" : "broken by", broken));
    }
    System.out.println(row.append(" |"));
  }
}
