package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractCommandTest {

  private MadeStore made;
  private Path file;
  @TempDir private Path folder;

  @BeforeEach
  void make() throws IOException {
    made = SavedStore.make();
    file = folder.resolve("bytes");
  }

  @AfterEach
  void close() throws IOException {
    made.close();
  }

  private Program.Outcome extract(String options) {
    return Program.run("extract " + made.directory() + " --output " + file + " " + options);
  }

  @Test
  void aRangeIsWritten() throws IOException {
    Program.Outcome outcome = extract("--generation 1 --range 1000010-0x100101A");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out() + outcome.err()).isEmpty();
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(0x100a);
    assertThat(new String(bytes, 0, 9, StandardCharsets.US_ASCII)).isEqualTo("name=anna");
    assertThat(new String(bytes, 0x1000, 10, StandardCharsets.US_ASCII)).isEqualTo("name=berta");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aMappingIsWritten() {
    assertThat(Program.run("extract " + made.directory() + "@1 --mapping [stack] --output " + file))
        .extracting(Program.Outcome::status)
        .isEqualTo(0);
    assertThat(file).hasSize(2 * SavedStore.PAGE);
  }

  @Test
  void zerosAtTheEndAreWritten() {
    assertThat(extract("--range 1003000-1005000").status()).isZero();
    assertThat(file).hasBinaryContent(new byte[2 * SavedStore.PAGE]);
  }

  @Test
  void whatIsNotKnownIsNamedAndNothingMade() {
    Program.Outcome outcome = extract("--mapping [heap]");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines())
        .containsExactly(
            "dirtyrange extract: generation 2, [heap]: page 0x1006 holds nothing: nobody touched it;"
                + " add --holes to leave out what is not known");
    assertThat(extract("--range 900000-901000 --holes").err())
        .contains("no byte of that is known; the first: generation 2: page 0x900 is not mapped");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void holesAreLeftWhenTheyAreAskedFor() throws IOException {
    Program.Outcome outcome = extract("--mapping [heap] --holes");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err())
        .isEqualTo(
            "dirtyrange extract: 8,192 bytes not known, and left out as holes; the first:"
                + " generation 2, [heap]: page 0x1006 holds nothing: nobody touched it\n");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(8 * SavedStore.PAGE);
    assertThat(bytes[5 * SavedStore.PAGE + 16]).isEqualTo((byte) 'n');
  }

  /** Only what is known takes room. */
  @Test
  void aTerabyteOfHolesTakesNoRoom() {
    OnLinux.need();
    Program.Outcome outcome = extract("--range 1000000-10001000000 --holes");
    assertThat(outcome.status()).isZero();
    assertThat(file.toFile().length()).isEqualTo(0x10000000000L);
  }

  @Test
  void whatIsThereStays() throws IOException {
    Files.writeString(file, "kept");
    extract("--range 1000000-1001000").isAMistakeThatSays("is there already; name a new file");
    assertThat(file).hasContent("kept");
    Files.delete(file);
    Files.createSymbolicLink(file, folder.resolve("nowhere"));
    extract("--range 1000000-1001000").isAMistakeThatSays("is there already; name a new file");
    Program.run("extract " + made.directory() + " --range 1000000-1001000 --output /dev/full")
        .isAMistakeThatSays("is there already; name a new file");
    Program.run("extract " + made.directory() + " --range 1-2 --output " + folder + "/no/x")
        .isAMistakeThatSays("cannot be written: there is no such folder");
  }

  @Test
  void whatMakesNoSenseIsAMistake() {
    extract("--range 12").isAMistakeThatSays("'12' is not a range of addresses; write it as in");
    extract("--range 5-5").isAMistakeThatSays("'5-5' has no byte");
    extract("--mapping [none]")
        .isAMistakeThatSays("--mapping [none]: generation 2 has none of that name");
    extract("--generation 8 --range 1-2").isAMistakeThatSays("has no generation 8");
    extract("").isAMistakeThatSays("--range");
    Program.run("extract " + made.directory() + " --range 1-2").isAMistakeThatSays("--output");
  }

  @Test
  void ofSeveralMappingsOneMustBeChosen() throws IOException {
    made.add(
        SavedStore.PAGE,
        Optional.empty(),
        writer -> {
          writer.mapping(MadeStore.anonymous(1, 2, "a"));
          writer.nothing(1, 2);
          writer.mapping(MadeStore.anonymous(3, 4, "a"));
          writer.nothing(3, 4);
        });
    extract("--mapping a")
        .isAMistakeThatSays("there are 2; name one by --range 1000-2000, 3000-4000");
  }

  @Test
  void whatIsDamagedIsStatus65AndNothingMade() throws IOException {
    made.damage("generation-0000000001/pages", 17);
    Program.Outcome outcome = extract("--range 1000000-1003000");
    assertThat(outcome.status()).isEqualTo(ExitStatus.DATA_CUT);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .contains("generation 2, [heap]: page 0x1000 is damaged");
    assertThat(folder).isEmptyDirectory();
  }

  /** A file may not become larger than the system allows: as a full disk. */
  @Test
  void aDiskThatTakesLessIsStatus74AndNothingIsLeft() throws Exception {
    OnLinux.need();
    List<String> command = Program.inItsOwnMachine(List.of("-XX:-UsePerfData"));
    String shell =
        "ulimit -f 4; exec "
            + String.join(" ", command)
            + " extract "
            + made.directory()
            + " --generation 1 --holes --mapping [heap] --output "
            + file;
    Process process = new ProcessBuilder("bash", "-c", shell).start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(err).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(err.lines())
        .singleElement()
        .asString()
        .contains("--output " + file + " could not be written: ")
        .contains("see that its disk has room");
    assertThat(folder).isEmptyDirectory();
  }
}
