package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrateCommandTest {

  private static final String SIM = "calibrate --kernel sim --mapped 8MiB --repetitions 3 ";
  private static final String COMPARE =
      "compare --kernel sim --mapped 8MiB --rounds 1 --warmup 0 --strategy pagemap-scan --json ";

  @TempDir Path folder;

  @Test
  void theSimulatedKernelGivesBackItsCosts() {
    Program.Outcome outcome = Program.run(SIM);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .containsPattern("SCAN_PAGE +page +1.70 ns +1.70 ns to 1.70 ns +1.70 ns +1.00")
        .contains("not measured here, and left as the default has it:\n  SWAP_OUT_PAGE, ");
    assertThat(outcome.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @Test
  void jsonHasTheSame() {
    JsonObject report = Program.run(SIM + "--json").json();
    assertThat(report.keySet())
        .containsExactly(
            "kernel", "mappedBytes", "repetitions", "costs", "walks", "rearms", "unmeasured");
    JsonObject first = report.getAsJsonArray("costs").get(0).getAsJsonObject();
    assertThat(first.keySet())
        .containsExactly(
            "step",
            "unit",
            "nanos",
            "lowerQuartileNanos",
            "upperQuartileNanos",
            "defaultNanos",
            "method");
    assertThat(report.get("mappedBytes").getAsLong()).isEqualTo(8L << 20);
  }

  @Test
  void whatItWritesIsWhatASimulationGoesBy() throws IOException {
    Path file = folder.resolve("costs.json");
    assertThat(Program.run(SIM + "--out " + file).status()).isZero();
    assertThat(files()).containsExactly("costs.json");
    JsonElement usual = scanNanos(COMPARE);
    // Measured times are whole nanoseconds.
    assertThat(scanNanos(COMPARE + "--costs " + file).getAsLong())
        .isCloseTo(usual.getAsLong(), withinPercentage(0.1));
    String scanPage = "(?s)(\"SCAN_PAGE\".*?\"nanos\": )[0-9.]+";
    Files.writeString(file, Files.readString(file).replaceFirst(scanPage, "$1" + 17));
    assertThat(scanNanos(COMPARE + "--costs " + file).getAsLong())
        .isGreaterThan(2 * usual.getAsLong());
  }

  private static JsonElement scanNanos(String command) {
    Program.Outcome outcome = Program.run(command);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    return outcome.strategies().get(0).getAsJsonObject("roundNanos").get("p50");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidAndLosesNothing() throws IOException {
    Program.Outcome full = Program.run(SIM + "--out /dev/full");
    assertThat(full.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(full.err()).contains("--out /dev/full could not be written: ").hasLineCount(1);
    assertThat(full.out()).contains("SCAN_PAGE");
    assertThat(files()).isEmpty();
  }

  @Test
  void aLinkStaysALinkAndAFileKeepsItsPermissions() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Set<PosixFilePermission> shared = PosixFilePermissions.fromString("rw-rw-r--");
    Files.setPosixFilePermissions(real, shared);
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("new"));
    assertThat(Program.run(SIM + "--out " + link).status()).isZero();
    assertThat(Program.run(SIM + "--out " + dangling).status()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(real).content().contains("dirtyrange-costs");
    assertThat(Files.getPosixFilePermissions(real)).isEqualTo(shared);
    assertThat(folder.resolve("new")).content().contains("dirtyrange-costs");
    assertThat(Files.getPosixFilePermissions(folder.resolve("new")))
        .contains(PosixFilePermission.OWNER_READ)
        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("usual"))));
    assertThat(files()).containsExactlyInAnyOrder("real", "link", "dangling", "new", "usual");
  }

  /** Before anything is measured for it. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/costs", "/sys/costs"})
  void whereNoFileCanBeNothingIsMeasured(String file) {
    Program.run(SIM + "--out " + file).isAMistakeThatSays("--out " + file + " cannot be written: ");
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "calibrate --mapped 4MiB | --mapped 4 MiB is not from 8 MiB to 1 TiB",
        "calibrate --mapped 2TiB | --mapped 2 TiB is not from 8 MiB to 1 TiB",
        "calibrate --repetitions 0 | --repetitions 0 leaves nothing to measure",
        "compare --costs /none | --costs are those of a simulated kernel; add --kernel sim",
        "compare --kernel sim --costs /none | which calibrate --out makes, cannot be read: there is no such file",
        "compare --kernel sim --costs /proc | cannot be read: it is a folder",
        "compare --kernel sim --costs /dev/zero | cannot be read: it is larger than 16 MiB",
        "compare --kernel sim --costs /dev/null | --costs /dev/null is empty",
        "compare --kernel sim --costs /proc/self/stat | --costs /proc/self/stat is no cost model: ",
      })
  void mistakesAreOneLineAndStatusTwo(String command, String message) {
    Program.Outcome outcome = Program.run(command);
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains(message).hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
  }
}
