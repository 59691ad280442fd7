package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is opened, and what is refused in one line that says what to do. */
class SnapshotStoreTest {

  private final TestDirectory directory;
  private final Path path;

  SnapshotStoreTest() throws IOException {
    directory = new TestDirectory();
    path = directory.store();
  }

  @AfterEach
  void delete() throws IOException {
    directory.close();
  }

  private static void requireRefused(ThrowingCallable opening, Kind kind, String... words) {
    assertThatThrownBy(opening)
        .isInstanceOfSatisfying(SavedException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  @Test
  void aNewDirectoryBecomesAStoreOfOnesOwn() throws IOException {
    SnapshotStore.create(path).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rwx------");
    try (SnapshotStore store = SnapshotStore.open(path)) {
      assertThat(store.generations()).isEmpty();
    }
    assertThat(StoreVerifier.verify(path)).isEmpty();
  }

  @Test
  void whatIsNoStoreIsRefused() throws IOException {
    requireRefused(() -> SnapshotStore.open(path), Kind.NO_STORE, path + " is no directory");
    Files.createDirectory(path);
    requireRefused(() -> SnapshotStore.open(path), Kind.NO_STORE, path + " is no store: name one");
    Files.createFile(path.resolve("letter.txt"));
    requireRefused(
        () -> SnapshotStore.create(path), Kind.NO_STORE, path + " is no store: name one");
    Path link = Files.createSymbolicLink(path.resolveSibling("link"), path);
    requireRefused(() -> SnapshotStore.create(link), Kind.NO_STORE, link + " is a symbolic link");
  }

  @Test
  void whatOthersMayWriteIsRefused() throws IOException {
    SnapshotStore.create(path).close();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwx---"));
    requireRefused(
        () -> SnapshotStore.open(path),
        Kind.PERMISSIONS,
        path + " may be written by others: chmod");
    requireRefused(() -> SnapshotStore.create(path), Kind.PERMISSIONS, "chmod 0700");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    Path parent = Objects.requireNonNull(path.getParent());
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx----w-"));
    requireRefused(
        () -> SnapshotStore.open(path), Kind.PERMISSIONS, parent + " may be written by others");
    Path other = path.resolveSibling("other");
    requireRefused(() -> SnapshotStore.create(other), Kind.PERMISSIONS, parent.toString());
    assertThat(other).doesNotExist();
  }

  @Test
  void aNewerVersionIsRefusedByItsNumber() throws IOException {
    SnapshotStore.create(path).close();
    Path marker = path.resolve("store");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(marker)).order(ByteOrder.LITTLE_ENDIAN);
    CRC32C crc = new CRC32C();
    bytes.putInt(8, 2);
    crc.update(bytes.array(), 0, 12);
    Files.write(marker, bytes.putInt(12, (int) crc.getValue()).array());
    requireRefused(
        () -> SnapshotStore.open(path),
        Kind.VERSION,
        path + " is of version 2; this program reads version 1");
    requireRefused(() -> SnapshotStore.create(path), Kind.VERSION, "version 2");
  }

  /** A second try in this process must not end the lock that others see. */
  @Test
  void whoWritesIsNamed() throws IOException, InterruptedException {
    String named = path + " is being written by process " + ProcessHandle.current().pid();
    try (SnapshotStore first = SnapshotStore.create(path)) {
      requireRefused(() -> SnapshotStore.create(path), Kind.DISK, named);
      assertThat(WriteAttempt.inAnotherProcess(path)).contains(named);
      assertThat(first.generations()).isEmpty();
      SnapshotStore.open(path).close();
    }
    SnapshotStore.create(path).close();
    assertThat(WriteAttempt.inAnotherProcess(path)).isEqualTo("written");
  }

  /** Longer than what is read at once. */
  @Test
  void notesOfAnyLengthComeBack() throws IOException {
    for (int bytes : new int[] {0, 1, 1 << 17, 300_001}) {
      byte[] notes = new byte[bytes];
      new Random(bytes).nextBytes(notes);
      try (SnapshotStore store = SnapshotStore.create(path);
          GenerationWriter writer = store.begin(ModelStore.header(bytes + 1, Optional.empty()))) {
        writer.notes(ByteBuffer.wrap(notes));
        writer.commit();
      }
      try (SnapshotStore store = SnapshotStore.open(path)) {
        assertThat(store.damaged()).isEmpty();
        List<Generation> all = store.generations();
        assertThat(all.get(all.size() - 1).notes()).isEqualTo(ByteBuffer.wrap(notes));
      }
    }
  }

  @Test
  void namesOfMappingsAreToldInOneLine() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path);
        GenerationWriter writer = store.begin(ModelStore.header(1, Optional.empty()))) {
      writer.mapping(Plan.mapping(1, 2, "/tmp/a\nb\u001b[31m\u2028"));
      assertThatThrownBy(writer::commit)
          .hasMessage("pages 0x1 to 0x2 were not told: /tmp/a?b?[31m?");
    }
  }

  @Test
  void aParentThatChangesWereNotCountedFromIsRefused() throws IOException {
    ModelStore model = new ModelStore();
    try (SnapshotStore store = SnapshotStore.create(path)) {
      model.write(store, new Plan(-1, 2, Collections.nCopies(20, 1)));
      UUID id = store.generations().get(0).id();
      requireRefused(
          () -> store.begin(header(ModelStore.TRACKER, 11, id, 9)),
          Kind.WRONG_PARENT,
          "generation 2 cannot follow generation 1: its changes are those since epoch 9");
      requireRefused(
          () -> store.begin(header(new UUID(3, 4), 11, id, 10)),
          Kind.WRONG_PARENT,
          "another tracker");
      requireRefused(
          () -> store.begin(header(ModelStore.TRACKER, 11, new UUID(5, 6), 10)),
          Kind.NO_PARENT,
          "its parent " + new UUID(5, 6) + " is missing");
    }
  }

  private static GenerationHeader header(UUID tracker, long epoch, UUID parent, long since) {
    return new GenerationHeader(
        Plan.PAGE,
        tracker,
        epoch,
        Optional.of(new GenerationHeader.Parent(parent, since)),
        4711,
        99,
        0,
        false,
        false);
  }

  @Test
  void aPageThatTheParentDoesNotHaveCannotBeUnchanged() throws IOException {
    ModelStore model = new ModelStore();
    try (SnapshotStore store = SnapshotStore.create(path)) {
      model.write(store, new Plan(-1, 2, Collections.nCopies(20, 1)));
      GenerationHeader header = ModelStore.header(11, Optional.of(model.told().get(0)));
      try (GenerationWriter writer = store.begin(header)) {
        writer.mapping(Plan.mapping(100, 110, ""));
        requireRefused(
            () -> writer.parent(100, 110), Kind.HOLE_IN_PARENT, "does not have page 0x6c");
      }
      assertThat(store.generations()).hasSize(1);
    }
    assertThat(StoreVerifier.verify(path)).isEmpty();
  }

  @Test
  void whatIsNotToldInOrderIsRefused() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path);
        GenerationWriter writer = store.begin(ModelStore.header(1, Optional.empty()))) {
      assertThatThrownBy(() -> store.begin(ModelStore.header(2, Optional.empty())))
          .hasMessage("a generation is being written");
      writer.mapping(Plan.mapping(100, 110, "[heap]"));
      assertThatThrownBy(() -> writer.zero(101, 110))
          .hasMessage("pages 0x65 to 0x6e were told, where some of 0x64 to 0x6e were due");
      writer.zero(100, 105);
      assertThatThrownBy(writer::commit).hasMessage("pages 0x69 to 0x6e were not told: [heap]");
      assertThatThrownBy(() -> writer.data(105, ByteBuffer.allocate(65)))
          .hasMessage("65 bytes are no whole pages");
      writer.nothing(105, 110);
      assertThatThrownBy(() -> writer.mapping(Plan.mapping(109, 111, "")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(writer.commit().ranges()).hasSize(2);
    }
  }

  /** What is written to and not changed is not stored: nor what is zero or there already. */
  @Test
  void whatIsNotStoredIsCounted() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path)) {
      ModelStore model = new ModelStore();
      GenerationCounts first = model.write(store, plan(-1, 1, 2, 2, 0, 3, 6, 7, 7, 7, 7, 7, 7));
      assertThat(first).isEqualTo(new GenerationCounts(3, 1, 0, 1, 0, 1, 6, 0, 0, 0));
      GenerationCounts second = model.write(store, plan(0, 1, 2, 4, 0, 2, 1, 11, 7, 8, 9, 10, 0));
      assertThat(second).isEqualTo(new GenerationCounts(1, 1, 3, 2, 1, 0, 1, 1, 1, 1));
      assertThat(second.given()).isEqualTo(7);
    }
  }

  /** Pages of a generation that was not committed are not there to be the same as. */
  @Test
  void whatWasNotCommittedIsForgotten() throws IOException {
    try (SnapshotStore store = SnapshotStore.create(path)) {
      try (GenerationWriter writer = store.begin(ModelStore.header(1, Optional.empty()))) {
        writer.mapping(Plan.mapping(1, 3, ""));
        writer.data(1, ByteBuffer.wrap(ModelStore.content(1)));
        writer.data(2, ByteBuffer.wrap(ModelStore.content(2)));
      }
      assertThat(store.generations()).isEmpty();
      ModelStore model = new ModelStore();
      GenerationCounts counts = model.write(store, new Plan(-1, 2, Collections.nCopies(20, 2)));
      assertThat(counts.stored()).isEqualTo(1);
      model.requireIn(store);
    }
    assertThat(StoreVerifier.verify(path)).isEmpty();
  }

  private static Plan plan(int parent, Integer... pages) {
    return new Plan(parent, 2, List.of(pages));
  }
}
