package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class QuirksCommandTest {

  @Test
  void theTableNamesEveryQuirkAndWhatLosesFirst() {
    Program.Outcome outcome = Program.run("quirks");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    List<List<String>> rows = rows(outcome.out());
    assertThat(rows.get(0))
        .containsExactly(
            "quirk", "effect", "6.1.176", "6.12.95", "6.18.44", "7.3.4", "came with", "went with");
    assertThat(rows.stream().skip(2).map(row -> row.get(0)).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Quirk.values()).map(Quirk::name).toList());
    assertThat(rows.stream().skip(2).map(row -> row.get(1)).distinct())
        .containsExactly("loses", "reports too much", "refuses", "shows otherwise");
  }

  @Test
  void howABoundIsKnownIsToldApart() {
    List<List<String>> rows = rows(Program.run("quirks").out());
    assertThat(rows)
        .contains(
            List.of(
                "HOLE_NEVER_WRITTEN",
                "loses",
                "",
                "yes",
                "",
                "",
                "6.7, commit 52526ca7fdb9",
                "7.2, commit not known; stable 6.12.103, 6.18.44 (measured)"),
            List.of(
                "MIGRATION_DIRTIES",
                "reports too much",
                "yes",
                "",
                "",
                "",
                "",
                "between 6.1.176 and 6.12.95"));
  }

  @Test
  void ofOneKernelThereIsWhatItHasAndWhatNobodyKnows() {
    List<List<String>> rows = rows(Program.run("quirks 6.8").out());
    assertThat(rows.get(0)).containsExactly("quirk", "effect", "6.8", "came with", "went with");
    assertThat(rows)
        .anySatisfy(row -> assertThat(row).startsWith("HOLE_NEVER_WRITTEN", "loses", "yes"));
    assertThat(rows)
        .anySatisfy(
            row -> assertThat(row).startsWith("MIGRATION_DIRTIES", "reports too much", "?"));
    assertThat(rows).noneSatisfy(row -> assertThat(row).startsWith("NO_PAGEMAP_SCAN"));
  }

  @Test
  void aSeriesIsShownAsItWasMeasured() {
    assertThat(rows(Program.run("quirks 6.18").out()).get(0)).contains("6.18.44");
  }

  @Test
  void jsonHasWhatTheTableHas() {
    JsonObject merge = quirk(Program.run("quirks --json").json(), "HOLE_NEVER_WRITTEN");
    assertThat(merge.get("effect").getAsString()).isEqualTo("loses");
    assertThat(merge.getAsJsonObject("kernels").get("6.12.95").getAsString()).isEqualTo("yes");
    JsonObject span = merge.getAsJsonArray("releases").get(0).getAsJsonObject();
    assertThat(span.getAsJsonObject("cameWith").get("commit").getAsString())
        .isEqualTo("52526ca7fdb9");
    JsonObject went = span.getAsJsonObject("wentWith");
    assertThat(went.get("release").getAsString()).isEqualTo("7.2");
    assertThat(went.getAsJsonArray("backports")).hasSize(2);
  }

  @Test
  void theTableOfTheDocsIsWhatIsPrinted() throws IOException {
    Path page = Path.of("..", "docs", "bug-zoo.md");
    assumeTrue(Files.exists(page), "docs/bug-zoo.md is not beside this module");
    String table = Program.run("quirks").out();
    assertThat(Files.readString(page))
        .as("copy what ./dirtyrange quirks prints to docs/bug-zoo.md")
        .contains("-->\n\n" + table + "\n<!-- end -->");
  }

  private static JsonObject quirk(JsonObject report, String name) {
    return StreamSupport.stream(report.getAsJsonArray("quirks").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(quirk -> quirk.get("name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The cells of a table in Markdown. */
  private static List<List<String>> rows(String table) {
    return table
        .lines()
        .map(line -> line.substring(1, line.length() - 1).split("\\|"))
        .map(cells -> Arrays.stream(cells).map(String::strip).toList())
        .toList();
  }
}
