package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.inspect.ByteRun;
import io.github.dirtyrange.inspect.DiffCounts;
import io.github.dirtyrange.inspect.DiffResult;
import io.github.dirtyrange.inspect.DiffResult.MappingDiff;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.TextTable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How two memories differ. */
public final class DiffReport {

  private DiffReport() {}

  /** {@return a line for bytes that differ: where, how many, what they are in both} */
  public static String line(ByteRun run) {
    String more = run.length() > ByteRun.MOST_TOLD ? "..." : "";
    return Addresses.hex(run.address())
        + " "
        + Units.count(run.length(), "byte")
        + ": "
        + run.first()
        + more
        + " in A, "
        + run.second()
        + more
        + " in B ("
        + run.mapping().title()
        + ")\n";
  }

  /** {@return a table of the mappings that differ, with sums} */
  public static String text(DiffResult result, int pageSize) {
    TextTable table = new TextTable();
    table.row(List.of("mapping", "changed", "added", "gone", "not known", "same"));
    int left = 0;
    for (MappingDiff each : result.mappings()) {
      if (each.counts().isSame()) {
        left++;
      } else {
        table.row(cells(title(each, pageSize), each.counts()));
      }
    }
    table.row(cells("all pages", result.counts()));
    StringBuilder text = new StringBuilder();
    table.appendTo(text);
    if (left != 0) {
      text.append(Units.count(left, "mapping")).append(" without a difference not shown\n");
    }
    return text.toString();
  }

  private static String title(MappingDiff row, int pageSize) {
    String where =
        switch (row.side()) {
          case FIRST -> " (A alone)";
          case SECOND -> " (B alone)";
          case BOTH -> "";
        };
    return Addresses.of(row.mapping(), pageSize) + where;
  }

  private static List<String> cells(String title, DiffCounts counts) {
    return List.of(
        title,
        Units.count(counts.changed()),
        Units.count(counts.added()),
        Units.count(counts.gone()),
        Units.count(counts.unknown()),
        Units.count(counts.same()));
  }

  /**
   * {@return all of it as one JSON object}
   *
   * @param runs bytes that differ; null if nobody asked
   * @param moreRuns how many others there are
   */
  public static String json(
      DiffResult result, int pageSize, @Nullable List<ByteRun> runs, long moreRuns) {
    return SavedJson.render(
        new Report(
            result.counts().isSame(),
            pageSize,
            result.counts(),
            result.mappings().stream().map(each -> part(each, pageSize)).toList(),
            runs == null ? null : runs.stream().map(DiffReport::part).toList(),
            runs == null ? null : moreRuns));
  }

  private static MappingPart part(MappingDiff row, int pageSize) {
    SavedJson.MappingPart place = SavedJson.MappingPart.of(row.mapping(), pageSize);
    return new MappingPart(
        place.start(),
        place.end(),
        place.name(),
        row.side().name().toLowerCase(Locale.ROOT),
        row.counts());
  }

  private static RunPart part(ByteRun run) {
    return new RunPart(
        Addresses.hex(run.address()),
        run.length(),
        run.mapping().name(),
        run.first(),
        run.second());
  }

  private record Report(
      boolean same,
      int pageSize,
      DiffCounts pages,
      List<MappingPart> mappings,
      @Nullable List<RunPart> runs,
      @Nullable Long moreRuns) {}

  private record MappingPart(
      String start, String end, String name, String side, DiffCounts pages) {}

  private record RunPart(
      String address, long length, String mapping, String first, String second) {}
}
