package io.github.dirtyrange.cli;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.dirtyrange.json.StrictJson;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.DesignLaws;
import io.github.dirtyrange.kernel.kit.LawBreach;
import io.github.dirtyrange.kernel.kit.LawPlan;
import io.github.dirtyrange.kernel.kit.LawReport;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which designs kept which laws, as one JSON object. */
final class LawsJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final String FORMAT = "dirtyrange-laws";
  private static final Pattern BEGINNING =
      Pattern.compile("\\s*\\{\\s*\"format\"\\s*:\\s*\"" + FORMAT + "\"");

  private static final Gson GSON =
      StrictJson.builder().setPrettyPrinting().serializeNulls().create();

  private LawsJson() {}

  /** {@return whether a text says that it is such a report} */
  static boolean isOne(String text) {
    return BEGINNING.matcher(text).lookingAt();
  }

  /** {@return the object, ended by a line feed} */
  static String render(LawReport report) {
    LawPlan plan = report.plan();
    return GSON.toJson(
            new Report(
                FORMAT,
                plan.programs(),
                plan.seed(),
                new ShardPart(plan.shard(), plan.shards()),
                plan.designs(),
                report.designs().stream().map(LawsJson::part).toList()))
        + "\n";
  }

  private static DesignPart part(DesignLaws laws) {
    return new DesignPart(
        laws.design(),
        laws.claims().stream().map(Law::label).toList(),
        laws.programs(),
        laws.breaches().stream().map(breach -> part(laws, breach)).toList());
  }

  private static BreachPart part(DesignLaws laws, LawBreach breach) {
    return new BreachPart(
        breach.law().label(),
        laws.claims().contains(breach.law()),
        breach.by().name().toLowerCase(Locale.ROOT),
        breach.number(),
        breach.where(),
        breach.program(),
        breach.what());
  }

  /**
   * {@return the report that a text says}
   *
   * @throws IllegalArgumentException if it is none, with a line that says why
   */
  static LawReport parse(String text) {
    Report report = report(text);
    ShardPart shard = present(report.shard, "shard");
    LawPlan plan =
        new LawPlan(
            present(report.queues, "queues").stream().map(name -> present(name, "queues")).toList(),
            report.programs,
            report.seed,
            shard.number,
            shard.of);
    return new LawReport(
        plan, present(report.designs, "designs").stream().map(LawsJson::laws).toList());
  }

  private static Report report(String text) {
    try {
      return present(StrictJson.read(GSON, text, Report.class), "report");
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("it is no report of laws --json", e);
    }
  }

  private static DesignLaws laws(@Nullable DesignPart part) {
    DesignPart design = present(part, "designs");
    Set<Law> claims = EnumSet.noneOf(Law.class);
    present(design.claims, "claims").forEach(label -> claims.add(law(label)));
    return new DesignLaws(
        present(design.name, "name"),
        claims,
        design.programs,
        present(design.broken, "broken").stream().map(LawsJson::breach).toList());
  }

  private static LawBreach breach(@Nullable BreachPart part) {
    BreachPart breach = present(part, "broken");
    return new LawBreach(
        law(breach.law),
        by(present(breach.by, "by")),
        breach.number,
        present(breach.kernel, "kernel"),
        present(breach.program, "program"),
        present(breach.what, "what"));
  }

  private static Law law(@Nullable String label) {
    return Arrays.stream(Law.values())
        .filter(law -> law.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it has an unknown law, " + label));
  }

  private static LawBreach.By by(String name) {
    return Arrays.stream(LawBreach.By.values())
        .filter(by -> by.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it has laws broken by " + name));
  }

  private static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException(
          "it is no report of laws --json: it lacks \"" + name + "\"");
    }
    return value;
  }

  private record Report(
      String format,
      int programs,
      long seed,
      ShardPart shard,
      List<String> queues,
      List<DesignPart> designs) {}

  private record ShardPart(int number, int of) {}

  private record DesignPart(
      String name, List<String> claims, int programs, List<BreachPart> broken) {}

  private record BreachPart(
      String law,
      boolean claimed,
      String by,
      int number,
      String kernel,
      String program,
      String what) {}
}
