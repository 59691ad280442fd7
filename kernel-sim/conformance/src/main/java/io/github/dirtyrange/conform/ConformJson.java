package io.github.dirtyrange.conform;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A conformance report as one JSON object. */
public final class ConformJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private ConformJson() {}

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
                report.mismatches(),
                report.freeBitsUsed().values().stream().mapToLong(Long::longValue).sum(),
                freedoms(report),
                tally.operations(),
                tally.messages(),
                Coverage.below(Coverage.of(tally, report.kinds())),
                report.counterexample().map(ConformJson::counterexample).orElse(null)))
        + "\n";
  }

  private static SortedMap<String, Long> freedoms(ConformReport report) {
    SortedMap<String, Long> byName = new TreeMap<>();
    report.freeBitsUsed().forEach((freedom, uses) -> byName.put(freedom.label(), uses));
    return byName;
  }

  private static CounterexamplePart counterexample(Counterexample example) {
    Mismatch mismatch = example.mismatch();
    return new CounterexamplePart(
        example.index(),
        ProgramText.print(example.program()),
        mismatch.step(),
        mismatch.where(),
        mismatch.real(),
        mismatch.simulated());
  }

  private record Report(
      String kernel,
      String profile,
      long seed,
      long programs,
      long steps,
      long pageComparisons,
      long scanComparisons,
      long mismatches,
      long freeBitsUsed,
      Map<String, Long> freedoms,
      Map<String, SortedMap<String, Long>> opCounts,
      Map<String, Long> userfaultMessages,
      List<Coverage.Row> belowFloor,
      @Nullable CounterexamplePart counterexample) {}

  private record CounterexamplePart(
      long index, String program, int step, String where, String real, String simulated) {}
}
