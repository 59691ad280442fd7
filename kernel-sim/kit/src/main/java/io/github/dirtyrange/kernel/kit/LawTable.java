package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which design keeps which law, for people: the first violation of each law, shrunk, and a row a
 * design.
 *
 * <p>As a program, it takes the number of programs a design, then the designs, all registered ones
 * if none is named. It ends with status 1 if a claimed law was broken, and with 2 if the arguments
 * make no sense. {@code dirtyrange laws} does the same, and takes shards.
 */
public final class LawTable {

  private static final long SEED = 1;

  private LawTable() {}

  /** Runs the programs and prints the table. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      LawReport report = run(programs(arguments), designs(arguments));
      System.out.print(render(report));
      System.exit(report.isRight() ? 0 : 1);
    } catch (IllegalArgumentException mistake) {
      System.err.println("LawTable: " + mistake.getMessage());
      System.exit(2);
    }
  }

  private static LawReport run(int programs, List<QueueDesign> designs)
      throws InterruptedException {
    LawPlan plan = new LawPlan(designs.stream().map(QueueDesign::name).toList(), programs, SEED);
    List<DesignLaws> laws = new ArrayList<>();
    for (QueueDesign design : designs) {
      laws.add(LawRun.of(design, plan, done -> true));
    }
    return new LawReport(plan, laws);
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

  /** {@return the report's text, its lines ended by line feeds} */
  public static String render(LawReport report) {
    LawPlan plan = report.plan();
    StringBuilder text = new StringBuilder();
    text.append(String.format("%,d programs, seed %d", plan.programs(), plan.seed()));
    text.append(plan.shards() == 1 ? "\n\n" : ", shard " + plan.shardName() + "\n\n");
    report
        .designs()
        .forEach(laws -> laws.breaches().forEach(breach -> text.append(example(laws, breach))));
    text.append(row("design", Arrays.stream(Law.values()).map(Law::label).toList()));
    text.append("|").append("---|".repeat(1 + Law.values().length)).append("\n");
    for (DesignLaws laws : report.designs()) {
      text.append(
          row(
              OneLine.of(laws.design()),
              Arrays.stream(Law.values()).map(law -> cell(laws, law)).toList()));
    }
    return text.toString();
  }

  private static String example(DesignLaws laws, LawBreach breach) {
    String where =
        switch (breach.by()) {
          case PROCESS ->
              "on " + OneLine.of(breach.where()) + ":\n  " + OneLine.of(breach.program());
          case CALLS -> "by itself:\n  " + OneLine.of(breach.program());
          case CPUS -> "while CPUs fault:";
        };
    return String.format(
        "%s breaks %s %s\n  %s\n\n",
        OneLine.of(laws.design()), breach.law().label(), where, OneLine.of(breach.what()));
  }

  private static String row(String design, List<String> cells) {
    return cells.stream()
        .collect(Collectors.joining(" | ", String.format("| %-14s | ", design), " |\n"));
  }

  private static String cell(DesignLaws laws, Law law) {
    LawBreach breach = laws.breach(law);
    boolean claimed = laws.claims().contains(law);
    if (breach == null) {
      return String.format("%s %,d", claimed ? "kept" : "not broken in", laws.programs());
    }
    String by = breach.by() == LawBreach.By.CPUS ? "CPUs" : String.format("%,d", breach.number());
    return (claimed ? "BROKEN by " : "broken by ") + by;
  }
}
