package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code merge} on a chain of four generations of four pages, each of which changes one more. */
class MergeCommandTest {

  private static final int PAGE = 4096;
  private static final int GENERATIONS = 4;

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void write() throws IOException {
    path = folder.resolve("store");
    try (SnapshotStore store = SnapshotStore.create(path)) {
      Optional<Generation> parent = Optional.empty();
      for (int i = 1; i <= GENERATIONS; i++) {
        parent = Optional.of(write(store, i, parent));
      }
    }
  }

  private static Generation write(SnapshotStore store, int epoch, Optional<Generation> parent)
      throws IOException {
    GenerationHeader header =
        new GenerationHeader(
            PAGE,
            new UUID(1, 2),
            epoch,
            parent.map(of -> new GenerationHeader.Parent(of.id(), of.header().epoch())),
            1,
            1,
            0,
            true,
            true);
    try (GenerationWriter writer = store.begin(header)) {
      writer.mapping(new SavedMapping(0, GENERATIONS, SavedMapping.READ, 0, 0, 0, "[heap]"));
      int given = parent.isEmpty() ? GENERATIONS : 1;
      ByteBuffer bytes = ByteBuffer.allocate(given * PAGE);
      for (int i = 0; i < given; i++) {
        bytes.putInt(i * PAGE, 100 * epoch + i);
      }
      writer.data(0, bytes);
      if (given < GENERATIONS) {
        writer.parent(given, GENERATIONS);
      }
      return writer.commit();
    }
  }

  private Program.Outcome merge(String options) {
    return Program.run("merge " + path + options);
  }

  @Test
  void theNewestBecomesWhole() throws IOException {
    Program.Outcome outcome = merge("");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .isEqualTo(
            """
            merged into generation 4: 1 to 3
            all generations took 29.3 KiB, and take 16.4 KiB
            """);
    assertThat(StoreVerifier.verify(path)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(path)) {
      assertThat(store.generations()).singleElement().extracting(Generation::number).isEqualTo(4L);
      ByteBuffer page = ByteBuffer.allocate(PAGE);
      store.generations().get(0).read(3, page);
      assertThat(page.getInt(0)).isEqualTo(103);
    }
    assertThat(merge("").out()).startsWith("generation 4 was whole\nall generations took 16.4");
  }

  @Test
  void whatOthersBuildOnStays() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path)) {
      write(store, 9, Optional.of(store.generations().get(1)));
    }
    assertThat(merge(" --upto 4").out())
        .contains("merged into generation 4: 3\n", "which stay: 1 to 2\n");
    assertThat(merge(" --upto 5").out()).startsWith("merged into generation 5: 1 to 2\n");
    assertThat(StoreVerifier.verify(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--upto 0 | --upto 0 is no generation; numbers begin with 1",
        "--upto x | 'x' is not a whole number",
        "--upto 7 | has no generation 7: name one of 1 to 4"
      })
  void aGenerationThatIsNotThereIsAMistake(String option, String said) {
    merge(" " + option).isAMistakeThatSays(said);
  }

  @Test
  void whatIsNoStoreIsAMistake() {
    Program.run("merge " + folder).isAMistakeThatSays(folder + " is no store");
    Program.run("merge " + folder.resolve("none")).isAMistakeThatSays("is no directory");
    Program.run("merge").isAMistakeThatSays("DIR");
  }

  @Test
  void aDamagedPageIsNamedAndNothingIsChanged() throws IOException {
    Path pages = path.resolve("generation-0000000001").resolve("pages");
    byte[] bytes = Files.readAllBytes(pages);
    bytes[2 * PAGE + 5] = 1;
    Files.write(pages, bytes);
    Program.Outcome outcome = merge("");
    assertThat(outcome.status()).isEqualTo(ExitStatus.DATA_CUT);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .hasLineCount(1)
        .contains("is as it was, and not merged: a page that generation 1 stores is damaged");
    assertThat(path.resolve("tmp-merge")).doesNotExist();
    assertThat(path.resolve("generation-0000000001")).exists();
  }

  @Test
  void whoWritesIsNamed() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path)) {
      assertThat(store.generations()).hasSize(GENERATIONS);
      Program.Outcome outcome = merge("");
      assertThat(outcome.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
      assertThat(outcome.err()).hasLineCount(1).contains("is being written by process");
    }
  }

  @Test
  void helpNamesEveryExitStatus() {
    Program.Outcome outcome = Program.run("merge --help");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("DIR", "--upto", " 0 ", " 2 ", " 65 ", " 70 ", " 74 ");
  }
}
