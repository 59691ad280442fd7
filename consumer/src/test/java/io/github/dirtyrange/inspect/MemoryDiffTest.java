package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.inspect.DiffResult.MappingDiff;
import io.github.dirtyrange.inspect.DiffResult.Side;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.MadeStore.Teller;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryDiffTest {

  private static final int PAGE = 64;

  private static ByteBuffer pages(int... contents) {
    ByteBuffer pages = ByteBuffer.allocate(contents.length * PAGE);
    for (int content : contents) {
      for (int i = 0; i < PAGE; i++) {
        pages.put((byte) content);
      }
    }
    return pages.flip();
  }

  private static Teller heap(int... contents) {
    return writer -> {
      writer.mapping(MadeStore.anonymous(100, 100 + contents.length, "[heap]"));
      writer.data(100, pages(contents));
    };
  }

  private static DiffCounts counts(CountingMemory a, CountingMemory b) throws SavedException {
    return MemoryDiff.inOneDirectory(a, b, run -> {}).counts();
  }

  /** One is new in the second, one has the bytes of another one, the others are unchanged. */
  @Test
  void pagesAtOnePlaceAreNotRead() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first = made.add(PAGE, Optional.empty(), heap(1, 2, 3, 4));
      Generation second = made.add(PAGE, Optional.empty(), heap(1, 9, 3, 2));
      CountingMemory a = new CountingMemory(first);
      CountingMemory b = new CountingMemory(second);
      assertThat(counts(a, b)).isEqualTo(new DiffCounts(2, 2, 0, 0, 0));
      assertThat(a.read()).containsExactly(101L, 103L);
      assertThat(b.read()).containsExactly(101L, 103L);
    }
  }

  @Test
  void whatIsUnchangedSinceTheParentIsNotRead() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first = made.add(PAGE, Optional.empty(), heap(1, 2, 3));
      Generation second =
          made.add(
              PAGE,
              Optional.of(first),
              writer -> {
                writer.mapping(MadeStore.anonymous(100, 103, "[heap]"));
                writer.parent(100, 103);
              });
      CountingMemory a = new CountingMemory(first);
      CountingMemory b = new CountingMemory(second, Optional.of(a));
      assertThat(counts(a, b)).isEqualTo(new DiffCounts(3, 0, 0, 0, 0));
      assertThat(a.read()).isEmpty();
      assertThat(b.read()).isEmpty();
    }
  }

  /** Who does not tell a parent is asked page by page, and says the same. */
  @Test
  void aParentThatIsNotToldIsNotNeeded() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(100, 104, "[heap]"));
                writer.data(100, pages(1, 2));
                writer.swapped(102, 104);
              });
      Generation second =
          made.add(
              PAGE,
              Optional.of(first),
              writer -> {
                writer.mapping(MadeStore.anonymous(100, 104, "[heap]"));
                writer.parent(100, 101);
                writer.data(101, pages(7));
                writer.parent(102, 104);
              });
      assertThat(counts(new CountingMemory(first), new CountingMemory(second)))
          .isEqualTo(new DiffCounts(1, 1, 0, 0, 2));
    }
  }

  @Test
  void anotherMappingAtTheSamePlaceIsGoneAndAdded() throws IOException {
    SavedMapping file = new SavedMapping(100, 102, SavedMapping.READ, 0, 1, 77, "/lib/a.so");
    SavedMapping other = new SavedMapping(100, 102, SavedMapping.READ, 0, 1, 78, "/lib/a.so");
    DiffResult result = diff(file, other);
    assertThat(result.mappings())
        .containsExactlyInAnyOrder(
            new MappingDiff(file, Side.FIRST, new DiffCounts(0, 0, 0, 2, 0)),
            new MappingDiff(other, Side.SECOND, new DiffCounts(0, 0, 2, 0, 0)));
  }

  @Test
  void anotherPartOfTheFileIsAnotherMapping() throws IOException {
    SavedMapping file = new SavedMapping(100, 102, SavedMapping.READ, 0, 1, 77, "/lib/a.so");
    SavedMapping part = new SavedMapping(100, 102, SavedMapping.READ, PAGE, 1, 77, "/lib/a.so");
    assertThat(diff(file, part).counts()).isEqualTo(new DiffCounts(0, 0, 2, 2, 0));
  }

  /** The file's name changes when it is deleted, and its permissions by mprotect. */
  @Test
  void aMappingStaysOneWhateverItsFileIsCalled() throws IOException {
    SavedMapping file = new SavedMapping(100, 102, SavedMapping.READ, 0, 1, 77, "/lib/a.so");
    SavedMapping deleted =
        new SavedMapping(100, 102, SavedMapping.WRITE, 0, 1, 77, "/lib/a.so (deleted)");
    assertThat(diff(file, deleted).counts()).isEqualTo(new DiffCounts(2, 0, 0, 0, 0));
  }

  private static DiffResult diff(SavedMapping a, SavedMapping b) throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first = made.add(PAGE, Optional.empty(), writer -> told(writer, a));
      Generation second = made.add(PAGE, Optional.empty(), writer -> told(writer, b));
      return MemoryDiff.inOneDirectory(first, second, run -> {});
    }
  }

  private static void told(GenerationWriter writer, SavedMapping mapping) throws IOException {
    writer.mapping(mapping);
    writer.data(mapping.startVpn(), pages(1, 2));
  }

  /** 2^50 pages that nobody touched, some of them since. */
  @Test
  @Timeout(20)
  void whatNobodyTouchedCostsNoStepAPage() throws IOException {
    long end = 1L << 50;
    SavedMapping wide = MadeStore.anonymous(0, end, "");
    try (MadeStore made = MadeStore.empty()) {
      Generation first =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(wide);
                writer.nothing(0, 1L << 49);
                writer.zero(1L << 49, end);
              });
      Generation second =
          made.add(
              PAGE,
              Optional.of(first),
              writer -> {
                writer.mapping(wide);
                writer.parent(0, 1_000);
                writer.data(1_000, pages(1));
                writer.parent(1_001, end);
              });
      Generation third =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(wide);
                writer.nothing(0, 1L << 49);
                writer.zero(1L << 49, end);
              });
      assertThat(MemoryDiff.inOneDirectory(first, second, run -> {}).counts())
          .isEqualTo(new DiffCounts(end - 1, 0, 1, 0, 0));
      assertThat(MemoryDiff.inOneDirectory(second, third, run -> {}).counts())
          .isEqualTo(new DiffCounts(end - 1, 0, 0, 1, 0));
    }
  }

  @Test
  void aMissingParentIsNamedWithThePage() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first = made.add(PAGE, Optional.empty(), heap(1, 2));
      made.add(
          PAGE,
          Optional.of(first),
          writer -> {
            writer.mapping(MadeStore.anonymous(100, 102, "[heap]"));
            writer.parent(100, 102);
          });
      Files.delete(made.directory().resolve("generation-0000000001/index"));
      try (SnapshotStore store = SnapshotStore.open(made.directory())) {
        Generation second = store.generations().get(0);
        assertThatThrownBy(() -> MemoryDiff.inOneDirectory(second, second, run -> {}))
            .isInstanceOf(SavedException.class)
            .hasMessageStartingWith("generation 2, [heap]: page 0x64 cannot be read: ")
            .hasMessageContaining("is missing");
      }
    }
  }

  @Test
  void pagesOfTwoSizesAreNotCompared() throws IOException {
    try (MadeStore one = MadeStore.empty();
        MadeStore other = MadeStore.empty()) {
      Generation a = one.add(PAGE, Optional.empty(), heap(1, 2));
      Generation b =
          other.add(
              2 * PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(100, 101, "[heap]"));
                writer.data(100, pages(1, 2));
              });
      assertThatThrownBy(() -> MemoryDiff.acrossDirectories(a, b, run -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("pages of 64 and of 128 bytes cannot be compared");
    }
  }
}
