package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.MemorySummary;
import io.github.dirtyrange.inspect.MemorySummary.MappingSummary;
import io.github.dirtyrange.inspect.PageCounts;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.TextTable;
import io.github.dirtyrange.saved.SavedMapping;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What saved memory there is. */
public final class ShowReport {

  /** A class of pages: its heading in a table, and how many there are. */
  private record Column(String heading, ToLongFunction<PageCounts> count) {}

  private static final List<Column> CLASSES =
      List.of(
          new Column("data", PageCounts::data),
          new Column("same", PageCounts::same),
          new Column("zero", PageCounts::zero),
          new Column("parent", PageCounts::parent),
          new Column("nothing", PageCounts::nothing),
          new Column("swapped", PageCounts::swapped),
          new Column("file", PageCounts::file),
          new Column("unread", PageCounts::unread),
          new Column("unsaid", PageCounts::unsaid));

  /**
   * A memory with all that is to be said of it.
   *
   * @param facts what is told of it
   * @param summary what it has
   */
  public record Shown(MemoryFacts facts, MemorySummary summary) {}

  private ShowReport() {}

  /** {@return a table with a row for each memory} */
  public static String text(List<Shown> memories) {
    List<Column> classes = used(memories.stream().map(shown -> shown.summary().counts()).toList());
    TextTable table = new TextTable();
    table.row(
        Stream.of(
                Stream.of("generation", "after", "made", "stopped", "exact", "mapped"),
                classes.stream().map(Column::heading),
                Stream.of("stored", "index"))
            .flatMap(each -> each)
            .toList());
    for (Shown shown : memories) {
      table.row(cells(shown, classes));
    }
    StringBuilder text = new StringBuilder();
    table.appendTo(text);
    return text.toString();
  }

  /** What no page is of has no column, but for what every store has. */
  private static List<Column> used(List<PageCounts> counts) {
    return CLASSES.stream()
        .filter(
            column ->
                !column.heading().equals("unsaid")
                    || counts.stream().anyMatch(each -> column.count().applyAsLong(each) != 0))
        .toList();
  }

  private static List<String> cells(Shown shown, List<Column> classes) {
    MemoryFacts facts = shown.facts();
    MemorySummary summary = shown.summary();
    List<String> cells = new ArrayList<>();
    cells.add(Long.toString(facts.number()));
    cells.add(parent(facts));
    cells.add(made(facts.wallMillis()));
    cells.add(yes(facts.stopped()));
    cells.add(yes(facts.exact()));
    cells.add(Units.bytes(Addresses.bytes(summary.counts().mapped(), summary.pageSize())));
    addCounts(cells, summary.counts(), classes);
    cells.add(bytes(facts.storedPages(), summary.pageSize()));
    cells.add(bytes(facts.indexBytes(), 1));
    return cells;
  }

  private static void addCounts(List<String> cells, PageCounts counts, List<Column> classes) {
    for (Column column : classes) {
      cells.add(Units.count(column.count().applyAsLong(counts)));
    }
  }

  private static String parent(MemoryFacts facts) {
    if (facts.parent().isPresent()) {
      return Long.toString(facts.parent().getAsLong());
    }
    return facts.parentId().isPresent() ? "missing" : "-";
  }

  private static String made(OptionalLong millis) {
    return millis.isEmpty()
        ? "-"
        : Instant.ofEpochMilli(millis.getAsLong()).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String yes(Optional<Boolean> known) {
    return known.map(is -> is ? "yes" : "no").orElse("-");
  }

  private static String bytes(OptionalLong units, int bytes) {
    return units.isEmpty() ? "-" : Units.bytes(units.getAsLong() * bytes);
  }

  /** {@return a table with a row for each mapping of a memory, below its name} */
  public static String mappings(Shown shown) {
    List<MappingSummary> mappings = shown.summary().mappings();
    List<Column> classes = used(mappings.stream().map(MappingSummary::counts).toList());
    TextTable table = new TextTable();
    table.row(
        Stream.of(Stream.of("", "", "mapped"), classes.stream().map(Column::heading))
            .flatMap(each -> each)
            .toList());
    int pageSize = shown.summary().pageSize();
    for (MappingSummary each : mappings) {
      List<String> cells = new ArrayList<>();
      cells.add(Addresses.of(each.mapping(), pageSize));
      cells.add(Addresses.permissions(each.mapping()));
      cells.add(Units.bytes(Addresses.bytes(each.counts().mapped(), pageSize)));
      addCounts(cells, each.counts(), classes);
      table.row(cells);
    }
    StringBuilder text = new StringBuilder();
    text.append('\n').append("generation ").append(shown.facts().number()).append('\n');
    table.appendTo(text);
    return text.toString();
  }

  /** {@return all memories as one JSON object} */
  public static String json(List<Shown> memories) {
    return json(memories, shown -> null);
  }

  /** {@return the same with their mappings} */
  public static String jsonWithMappings(List<Shown> memories) {
    return json(memories, ShowReport::mappingParts);
  }

  /** Tells the mappings of a memory, or that they are left out. */
  @FunctionalInterface
  private interface Mappings {
    @Nullable List<MappingPart> of(Shown shown);
  }

  private static String json(List<Shown> memories, Mappings mappings) {
    return SavedJson.render(
        new Report(memories.stream().map(shown -> part(shown, mappings.of(shown))).toList()));
  }

  private static GenerationPart part(Shown shown, @Nullable List<MappingPart> mappings) {
    MemoryFacts facts = shown.facts();
    MemorySummary summary = shown.summary();
    OptionalLong stored = facts.storedPages();
    return new GenerationPart(
        facts.number(),
        SavedJson.orNull(facts.id()),
        SavedJson.orNull(facts.parent()),
        SavedJson.orNull(facts.parentId()),
        SavedJson.orNull(facts.pid()),
        SavedJson.orNull(facts.wallMillis()),
        SavedJson.orNull(facts.stopped()),
        SavedJson.orNull(facts.exact()),
        summary.pageSize(),
        Addresses.bytes(summary.counts().mapped(), summary.pageSize()),
        summary.counts(),
        stored.isPresent() ? stored.getAsLong() * summary.pageSize() : null,
        SavedJson.orNull(facts.indexBytes()),
        mappings);
  }

  private static List<MappingPart> mappingParts(Shown shown) {
    int pageSize = shown.summary().pageSize();
    return shown.summary().mappings().stream()
        .map(each -> mappingPart(each.mapping(), each.counts(), pageSize))
        .toList();
  }

  private static MappingPart mappingPart(SavedMapping mapping, PageCounts counts, int pageSize) {
    return new MappingPart(
        Addresses.hex(mapping.startVpn() * pageSize),
        Addresses.hex(mapping.endVpn() * pageSize),
        Addresses.permissions(mapping),
        mapping.name(),
        counts);
  }

  private record Report(List<GenerationPart> generations) {}

  private record GenerationPart(
      long number,
      @Nullable String id,
      @Nullable Long parent,
      @Nullable String parentId,
      @Nullable Integer pid,
      @Nullable Long madeMillis,
      @Nullable Boolean stopped,
      @Nullable Boolean exact,
      int pageSize,
      long mappedBytes,
      PageCounts pages,
      @Nullable Long storedBytes,
      @Nullable Long indexBytes,
      @Nullable List<MappingPart> mappings) {}

  private record MappingPart(
      String start, String end, String permissions, String name, PageCounts pages) {}
}
