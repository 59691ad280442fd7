package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option that names a file to be written, by one rule. */
class NamedOutputsTest {

  private static final String NOBODY = "999999999";
  private static final String LACKING =
      "compare --kernel sim --profile 6.1 --strategy pagemap-scan ";

  @TempDir private Path folder;

  /** What could not be tracked costs nobody the file of yesterday, nor leaves an empty one. */
  @ParameterizedTest
  @CsvSource({
    "track " + NOBODY + " --record, x.trace, 4",
    "track " + NOBODY + " --report, x.html, 4",
    "track " + NOBODY + " --output, x.txt, 4",
    "track " + NOBODY + " --export, x.pftrace, 4",
    "track " + NOBODY + " --export, x.pb.gz, 4",
    "track " + NOBODY + " --export, x.collapsed, 4",
    "track 2 --record, x.trace, 3",
    "compare --pid " + NOBODY + " --report, x.html, 4",
    "compare --pid 2 --report, x.html, 3"
  })
  void nothingIsMadeOrReplacedBeforeTheTargetIsKnown(String command, String name, int status)
      throws IOException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    leavesAsItIs(command, name, status);
  }

  @ParameterizedTest
  @CsvSource({
    LACKING + "--report, x.html, 3",
    "compare --kernel sim --mapped 1MiB --dirty 999 --report, x.html, 2",
    "survey --kernel sim --mapped 1MiB --dirty 999 --csv, x.csv, 2",
    "survey --kernel sim --mapped 1MiB --dirty 999 --report, x.html, 2",
    "survey --kernel sim --mapped 1MiB --dirty 999 --resume, x.survey, 2",
    "calibrate --kernel sim --mapped 1MiB --out, x.json, 2",
    "gather /dev/null --csv, x.csv, 2"
  })
  void nothingIsMadeOrReplacedByWhatCannotBeDone(String command, String name, int status)
      throws IOException {
    leavesAsItIs(command, name, status);
  }

  private void leavesAsItIs(String command, String name, int status) throws IOException {
    Path fresh = folder.resolve(name);
    Program.Outcome outcome = Program.run(command + " " + fresh);
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(folder).isEmptyDirectory();
    Files.writeString(fresh, "of yesterday");
    assertThat(Program.run(command + " " + fresh).status()).isEqualTo(status);
    assertThat(fresh).hasContent("of yesterday");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--record none/x",
        "--report none/x",
        "--export none/x.pftrace",
        "--output none/x"
      })
  void runTellsOfAPlaceBeforeTheCommandIsLookedFor(String option) {
    Program.run("run " + option.replace("none", folder + "/none") + " -- no-such-command")
        .isAMistakeThatSays(" cannot be written: there is no such folder");
  }

  @Test
  void runMakesNothingForACommandThatIsNotThere() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    String options = " --record %1$s/x --report %1$s/y --output %1$s/z".formatted(folder);
    assertThat(Program.run("run" + options + " -- no-such-command").status()).isEqualTo(127);
    assertThat(folder).isEmptyDirectory();
  }

  /** Whatever the option: a mistake of the command line, with nothing done. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "track 1 --record",
        "track 1 --report",
        "track 1 --output",
        "compare --kernel sim --mapped 1MiB --report",
        "compare --pid 1 --report",
        "survey --kernel sim --mapped 1MiB --dirty 10 --csv",
        "survey --kernel sim --mapped 1MiB --dirty 10 --report",
        "survey --kernel sim --mapped 1MiB --dirty 10 --resume",
        "calibrate --kernel sim --mapped 8MiB --out",
        "gather /dev/null --csv"
      })
  void aPlaceWhereNoFileCanBeIsOneMistake(String command) throws IOException {
    String option = command.substring(command.lastIndexOf("--"));
    Path nowhere = folder.resolve("none").resolve("x");
    Program.run(command + " " + nowhere)
        .isAMistakeThatSays(option + " " + nowhere + " cannot be written: there is no such folder");
    Program.run(command + " " + folder)
        .isAMistakeThatSays(option + " " + folder + " cannot be written: it is a folder");
    Path below = Files.writeString(folder.resolve("file"), "kept").resolve("x");
    Program.run(command + " " + below)
        .isAMistakeThatSays(option + " " + below + " cannot be written: Not a directory");
    Path long300 = folder.resolve("x".repeat(300));
    Program.run(command + " " + long300)
        .isAMistakeThatSays("cannot be written: File name too long");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(folder.resolve("file"));
    }
  }

  /** What was measured is not to be lost to the name of what is written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "survey --kernel sim --mapped 1MiB --dirty 10 --csv",
        "survey --kernel sim --mapped 1MiB --dirty 10 --report",
        "survey --kernel sim --mapped 1MiB --dirty 10 --resume",
        "compare --kernel sim --mapped 1MiB --dirty 10 --rounds 1 --warmup 0 --report"
      })
  void theFileOfCostsIsNotWrittenTo(String command) throws IOException {
    Path costs = folder.resolve("c.json");
    assertThat(Program.run("calibrate --kernel sim --mapped 8MiB --repetitions 3 --out " + costs))
        .extracting(Program.Outcome::status)
        .isEqualTo(0);
    String text = Files.readString(costs);
    Path link = Files.createSymbolicLink(folder.resolve("link"), costs);
    Program.run(command + " " + link + " --costs " + costs)
        .isAMistakeThatSays("link is given twice, by --costs, too");
    assertThat(costs).hasContent(text);
  }

  @Test
  void twoNamesOfOneFileThatIsNotThereAreOneFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.collapsed"), Path.of("real.collapsed"));
    Program.run(
            "track 1 --export %1$s/link.collapsed --export %1$s/real.collapsed".formatted(folder))
        .isAMistakeThatSays(
            "real.collapsed is given twice, as " + folder.resolve("link.collapsed") + ", too");
    Files.createDirectory(folder.resolve("e"));
    Files.createSymbolicLink(folder.resolve("d"), Path.of("e"));
    Program.run("track 1 --output %1$s/e/x --record %1$s/d/x".formatted(folder))
        .isAMistakeThatSays("d/x is given twice, by --output, too");
  }

  /** A full disk is noticed afterwards, and costs no more than the file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "compare --kernel sim --mapped 1MiB --dirty 10 --rounds 1 --warmup 0 --report",
        "survey --kernel sim --mapped 1MiB --dirty 10 --rounds 1 --warmup 0 --csv",
        "survey --kernel sim --mapped 1MiB --dirty 10 --rounds 1 --warmup 0 --report",
        "calibrate --kernel sim --mapped 8MiB --repetitions 3 --out"
      })
  void aFullDiskIsStatus74AfterTheRestIsPrinted(String command) {
    OnLinux.need();
    Program.Outcome outcome = Program.run(command + " /dev/full");
    String option = command.substring(command.lastIndexOf("--"));
    assertThat(outcome.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(outcome.out()).isNotEmpty();
    assertThat(outcome.err()).doesNotContain("Exception");
    assertThat(outcome.err().lines().reduce((one, other) -> other).orElse(""))
        .contains(option + " /dev/full could not be written: ")
        .endsWith("; see that its disk has room, or name another file");
  }
}
