package io.github.dirtyrange.conform;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.dirtyrange.json.StrictJson;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A conformance report as one JSON object. */
public final class ConformJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      StrictJson.builder().setPrettyPrinting().serializeNulls().create();

  private static final Pattern BEGINNING = Pattern.compile("\\s*\\{\\s*\"kernel\"\\s*:");

  private ConformJson() {}

  /** {@return whether a text begins as a report does} */
  public static boolean isOne(String text) {
    return BEGINNING.matcher(text).lookingAt();
  }

  /** {@return the report's text, ended by a line feed} */
  public static String render(ConformReport report) {
    Tally tally = report.tally();
    return GSON.toJson(
            new Report(
                report.kernel(),
                report.profile(),
                report.seed(),
                tally.programs(),
                tally.steps(),
                tally.pageComparisons(),
                tally.scanComparisons(),
                tally.drains(),
                tally.drainedPages(),
                report.mismatches(),
                report.freeBitsUsed().values().stream().mapToLong(Long::longValue).sum(),
                freedoms(report),
                tally.operations(),
                tally.messages(),
                Coverage.below(Coverage.of(tally, report.kinds())),
                report.counterexample().map(ConformJson::part).orElse(null),
                tally.successesOnMixedPages(),
                plan(report.plan())))
        + "\n";
  }

  private static SortedMap<String, Long> freedoms(ConformReport report) {
    SortedMap<String, Long> byName = new TreeMap<>();
    report.freeBitsUsed().forEach((freedom, uses) -> byName.put(freedom.label(), uses));
    return byName;
  }

  private static CounterexamplePart part(Counterexample example) {
    Mismatch mismatch = example.mismatch();
    return new CounterexamplePart(
        example.index(),
        ProgramText.print(example.program()),
        mismatch.step(),
        mismatch.where(),
        mismatch.real(),
        mismatch.simulated());
  }

  private static @Nullable PlanPart plan(@Nullable ConformPlan plan) {
    if (plan == null) {
      return null;
    }
    List<String> operations = plan.kinds().stream().sorted().map(OperationKind::label).toList();
    ShardPart shard = new ShardPart(plan.shard().number(), plan.shard().of());
    return new PlanPart(plan.programs(), plan.steps(), operations, shard);
  }

  /**
   * {@return the report that a text says}
   *
   * @throws IllegalArgumentException if it is no report of drawn programs, with a line that says
   *     why
   */
  public static ConformReport parse(String text) {
    Report report = report(text);
    PlanPart plan = present(report.plan, "plan");
    ShardPart shard = present(plan.shard, "shard");
    Set<OperationKind> kinds = EnumSet.noneOf(OperationKind.class);
    present(plan.operations, "operations")
        .forEach(name -> kinds.add(kind(present(name, "operations"))));
    Map<FreeBits.Freedom, Long> freedoms = new EnumMap<>(FreeBits.Freedom.class);
    counts(report.freedoms, "freedoms").forEach((name, uses) -> freedoms.put(freedom(name), uses));
    Map<String, SortedMap<String, Long>> ends = present(report.opCounts, "opCounts");
    ends.values().forEach(each -> counts(each, "opCounts"));
    CounterexamplePart example = report.counterexample;
    return new ConformReport(
        present(report.kernel, "kernel"),
        present(report.profile, "profile"),
        new ConformPlan(
            present(plan.programs, "programs"),
            present(plan.steps, "steps"),
            present(report.seed, "seed"),
            kinds,
            new Shard(present(shard.number, "number"), present(shard.of, "of"))),
        Tally.of(
                count(report.programs, "programs"),
                count(report.steps, "steps"),
                count(report.pageComparisons, "pageComparisons"),
                count(report.scanComparisons, "scanComparisons"),
                ends,
                counts(report.mixedSuccesses, "mixedSuccesses"),
                counts(report.userfaultMessages, "userfaultMessages"))
            .withDrains(
                countOrNone(report.drains, "drains"),
                countOrNone(report.drainedPages, "drainedPages")),
        count(report.mismatches, "mismatches"),
        freedoms,
        example == null ? List.of() : List.of(counterexample(example)));
  }

  /** Reports of before there were drains do not have it. */
  private static long countOrNone(@Nullable Long value, String name) {
    return value == null ? 0 : count(value, name);
  }

  private static Report report(String text) {
    try {
      return present(StrictJson.read(GSON, text, Report.class), "report");
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("it is no report of conform --json", e);
    }
  }

  private static Counterexample counterexample(CounterexamplePart example) {
    return new Counterexample(
        example.index,
        ProgramParser.parse(present(example.program, "program")),
        new Mismatch(
            example.step,
            "read from a report",
            present(example.where, "where"),
            present(example.real, "real"),
            present(example.simulated, "simulated")));
  }

  private static OperationKind kind(String name) {
    return OperationKind.of(name)
        .orElseThrow(() -> new IllegalArgumentException("it has an unknown operation, " + name));
  }

  private static FreeBits.Freedom freedom(String label) {
    return Arrays.stream(FreeBits.Freedom.values())
        .filter(freedom -> freedom.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it has an unknown freedom, " + label));
  }

  /** {@return the counts, each of which must be there} */
  private static <M extends Map<String, Long>> M counts(@Nullable M counts, String name) {
    M all = present(counts, name);
    all.values().forEach(each -> count(each, name));
    return all;
  }

  private static long count(@Nullable Long value, String name) {
    return StrictJson.count(present(value, name), name);
  }

  private static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException(
          "it is no report of conform --json with drawn programs: it lacks \"" + name + "\"");
    }
    return value;
  }

  private record Report(
      String kernel,
      String profile,
      @Nullable Long seed,
      @Nullable Long programs,
      @Nullable Long steps,
      @Nullable Long pageComparisons,
      @Nullable Long scanComparisons,
      @Nullable Long drains,
      @Nullable Long drainedPages,
      @Nullable Long mismatches,
      long freeBitsUsed,
      Map<String, Long> freedoms,
      Map<String, SortedMap<String, Long>> opCounts,
      Map<String, Long> userfaultMessages,
      List<Coverage.Row> belowFloor,
      @Nullable CounterexamplePart counterexample,
      Map<String, Long> mixedSuccesses,
      @Nullable PlanPart plan) {}

  private record PlanPart(
      @Nullable Long programs, @Nullable Integer steps, List<String> operations, ShardPart shard) {}

  private record ShardPart(@Nullable Integer number, @Nullable Integer of) {}

  private record CounterexamplePart(
      long index, String program, int step, String where, String real, String simulated) {}
}
