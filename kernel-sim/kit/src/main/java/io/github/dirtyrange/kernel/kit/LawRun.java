package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.LawBreach.By;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Looks for a violation of every law, claimed or not, by one design: runs the programs of a plan's
 * shard, of a process and of calls of the queue by itself, and, in the first shard, CPUs that fault
 * while it is drained, as often as there are programs, at most 1,000 times. The first program that
 * breaks a law is shrunk.
 */
public final class LawRun {

  private static final int MOST_DRAINS = 1000;

  private final QueueDesign design;
  private final LawPlan plan;
  private final int drains;
  private final Set<Law> claims;
  private final StepDraws draws = StepDraws.ordinary();
  private final Map<Law, LawBreach> first = new EnumMap<>(Law.class);

  private LawRun(QueueDesign design, LawPlan plan, int drains) {
    this.design = design;
    this.plan = plan;
    this.drains = drains;
    claims = design.claims().always();
  }

  /**
   * {@return what came of a design's programs}
   *
   * @param goesOn is told after each how many were run, and ends it by saying no
   */
  public static DesignLaws of(QueueDesign design, LawPlan plan, IntPredicate goesOn)
      throws InterruptedException {
    return of(design, plan, Math.min(plan.programs(), MOST_DRAINS), goesOn);
  }

  /** The same, with so many drains while CPUs fault. */
  static DesignLaws of(QueueDesign design, LawPlan plan, int drains, IntPredicate goesOn)
      throws InterruptedException {
    return new LawRun(design, plan, drains).run(goesOn);
  }

  private DesignLaws run(IntPredicate goesOn) throws InterruptedException {
    int done = 0;
    boolean on = true;
    for (int i = plan.shard(); i <= plan.programs() && on; i += plan.shards()) {
      Random random = plan.random(i);
      runProcess(i, draws.nextOpened(random));
      runCalls(i, RecordDraws.next(random));
      on = goesOn.test(++done);
    }
    List<LawBreach> breaches = new ArrayList<>(first.values());
    if (on && plan.shard() == 1) {
      whileCpusFault().ifPresent(breaches::add);
    }
    return new DesignLaws(design.name(), claims, done, breaches);
  }

  private void runProcess(int number, List<Step> program) {
    Profile profile = plan.profile(number);
    for (Law law : process(profile, program).keySet()) {
      if (!first.containsKey(law)) {
        List<Step> shortest =
            ProgramShrinker.shrink(
                program, Step::narrower, shorter -> process(profile, shorter).containsKey(law));
        String what = process(profile, shortest).getOrDefault(law, "");
        first.put(
            law, new LawBreach(law, By.PROCESS, number, profile.name(), shortest.toString(), what));
      }
    }
  }

  /** Laws that are not claimed are for programs of a process to break. */
  private void runCalls(int number, RecordProgram program) {
    for (Law law : calls(program).keySet()) {
      if (claims.contains(law) && !first.containsKey(law)) {
        RecordProgram shortest = program.shrunk(shorter -> calls(shorter).containsKey(law));
        String what = calls(shortest).getOrDefault(law, "");
        first.put(law, new LawBreach(law, By.CALLS, number, "", shortest.toString(), what));
      }
    }
  }

  private Optional<LawBreach> whileCpusFault() throws InterruptedException {
    Optional<String> lost;
    try {
      lost = ConcurrentCheck.run(design, drains);
    } catch (RuntimeException thrown) {
      lost = Optional.of(describe(thrown));
    }
    return lost.map(what -> new LawBreach(Law.COMPLETE, By.CPUS, 0, "", "", what));
  }

  private Map<Law, String> process(Profile profile, List<Step> program) {
    return broken(() -> LawCheck.run(design, profile, program));
  }

  private Map<Law, String> calls(RecordProgram program) {
    return broken(() -> RecordCheck.run(design, program));
  }

  /** A design that throws has lost what it was told. */
  private static Map<Law, String> broken(Supplier<Map<Law, String>> check) {
    try {
      return check.get();
    } catch (RuntimeException thrown) {
      return Map.of(Law.COMPLETE, describe(thrown));
    }
  }

  private static String describe(RuntimeException thrown) {
    StackTraceElement[] at = thrown.getStackTrace();
    return "it throws " + thrown + (at.length == 0 ? "" : " at " + at[0]);
  }
}
