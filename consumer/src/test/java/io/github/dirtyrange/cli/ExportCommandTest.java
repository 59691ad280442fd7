package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.criu.CriuDirectory;
import io.github.dirtyrange.criu.CriuVerifier;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.UnreadReason;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

  private static final UUID TRACKER = new UUID(3, 4);
  private static final int PID = 4711;

  @TempDir private Path folder;

  /** Three generations; the second does not know one page, and the third is of it. */
  @BeforeEach
  void write() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    try (SnapshotStore store = SnapshotStore.create(at("store"))) {
      Generation first = generation(store, 1, Optional.empty(), 8, 0);
      Generation second = generation(store, 2, Optional.of(first), 2, 1);
      generation(store, 3, Optional.of(second), 3, 0);
    }
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private static Generation generation(
      SnapshotStore store, int epoch, Optional<Generation> parent, int written, int unread)
      throws IOException {
    GenerationHeader header =
        new GenerationHeader(
            4096,
            TRACKER,
            epoch,
            parent.map(of -> new GenerationHeader.Parent(of.id(), of.header().epoch())),
            PID,
            99,
            1_000,
            true,
            true);
    try (GenerationWriter writer = store.begin(header)) {
      writer.mapping(new SavedMapping(16, 24, 3, 0, 0, 0, "[heap]"));
      for (int i = 0; i < written; i++) {
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) (epoch * 16 + i));
        writer.data(16 + i, ByteBuffer.wrap(page));
      }
      if (unread > 0) {
        writer.unread(16 + written, 16 + written + unread, UnreadReason.FAULT);
      }
      if (written + unread < 8) {
        writer.parent(16 + written + unread, 24);
      }
      return writer.commit();
    }
  }

  private Program.Outcome export(String options) {
    return Program.run("export " + at("store") + " --criu " + at("out") + options);
  }

  @Test
  void theNewestGenerationHasAllItsPages() throws IOException {
    Program.Outcome outcome = export("");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).isEqualTo("generation 3: " + at("out") + ", 8 pages written\n");
    assertThat(CriuVerifier.verify(at("out"))).isEmpty();
    try (CriuDirectory copy = CriuDirectory.open(at("out"))) {
      assertThat(copy.memories().get(0).pid()).isEqualTo(PID);
      for (int i = 0; i < 8; i++) {
        ByteBuffer page = ByteBuffer.allocate(4096);
        copy.memories().get(0).pages().read(16 + i, page);
        assertThat(page.get(77)).isEqualTo((byte) (i < 3 ? 48 + i : 16 + i));
      }
    }
  }

  @Test
  void aChainHasADirectoryForEach() throws IOException {
    Program.Outcome outcome = export(" --chain --holes");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines())
        .containsExactly(
            "generation 1: " + at("out/1") + ", 8 pages written",
            "generation 2: "
                + at("out/2")
                + ", 2 pages written, 5 in its parent, 1 not known and left out",
            "generation 3: " + at("out/3") + ", 3 pages written, 5 in its parent");
    assertThat(CriuVerifier.verify(at("out/3"))).isEmpty();
    try (CriuDirectory copy = CriuDirectory.open(at("out/3"))) {
      assertThat(copy.memories()).hasSize(3);
    }
  }

  @Test
  void aPageThatIsNotKnownIsNamed() throws IOException {
    export(" --generation 2")
        .isAMistakeThatSays("generation 2, [heap]: page 0x12 could not be read");
    assertThat(at("out")).doesNotExist();
    assertThat(export(" --generation 2 --holes").status()).isZero();
  }

  @Test
  void whatCannotBeMeantIsAMistake() throws IOException {
    export(" --generation 9")
        .isAMistakeThatSays("has no generation 9 that can be read; it has 1 to 3");
    Program.run("export " + at("store")).isAMistakeThatSays("--criu");
    Program.run("export " + at("none") + " --criu " + at("out")).isAMistakeThatSays("none");
    Program.run("export " + at("store") + " --criu " + at("no/out"))
        .isAMistakeThatSays("there is no folder for it");
    Files.createDirectory(at("out"));
    export("").isAMistakeThatSays("out is there already");
  }

  @Test
  void aDamagedPageIsSaidSo() throws IOException {
    Path pages = at("store/generation-0000000001/pages");
    byte[] bytes = Files.readAllBytes(pages);
    bytes[4 * 4096] ^= 1;
    Files.write(pages, bytes);
    Program.Outcome outcome = export("");
    assertThat(outcome.status()).isEqualTo(ExitStatus.DATA_CUT);
    assertThat(outcome.err().lines()).singleElement().asString().contains("page 0x14 is damaged");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(at("store"));
    }
  }

  @Test
  void theHelpSaysTheStatuses() {
    assertThat(Program.run("export --help").out()).contains("  65 ", "  74 ", "--holes");
  }
}
