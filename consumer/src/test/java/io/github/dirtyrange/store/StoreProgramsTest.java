package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.store.CrashingFiles.Crash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/** Random generations, in a tree, over a small address space. */
class StoreProgramsTest {

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  @Property(tries = 150)
  void whatWasToldIsRead(
      @ForAll("programs") List<Plan> plans, @ForAll Compression first, @ForAll Compression then)
      throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      ModelStore model = new ModelStore(first, then);
      try (SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
        for (Plan plan : plans) {
          requireAllCounted(plan, model.write(store, plan));
        }
        model.requireIn(store);
      }
      assertThat(StoreVerifier.verify(directory.store())).isEmpty();
      try (SnapshotStore store = SnapshotStore.open(directory.store())) {
        assertThat(store.generations()).hasSameSizeAs(plans);
        model.requireIn(store);
      }
    }
  }

  private static void requireAllCounted(Plan plan, GenerationCounts counts) {
    long pages = plan.mappings().stream().mapToLong(each -> each.endVpn() - each.startVpn()).sum();
    long told =
        counts.parent()
            + counts.zero()
            + counts.nothing()
            + counts.swapped()
            + counts.file()
            + counts.unread();
    assertThat(counts.given() + told).isEqualTo(pages);
  }

  /** No content is stored twice, whoever asks for it: that many pages there are, and no more. */
  @Property(tries = 60)
  void eachContentIsStoredOnce(
      @ForAll("programs") List<Plan> plans, @ForAll Compression compression) throws IOException {
    try (TestDirectory directory = new TestDirectory();
        SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
      ModelStore model = new ModelStore(compression);
      model.writeAll(store, plans);
      long contents =
          model.told().stream()
              .flatMap(each -> each.pages().values().stream())
              .filter(page -> page > 0 && page < Plan.CONTENTS)
              .distinct()
              .count();
      assertThat(store.generations().stream().mapToLong(Generation::storedPages).sum())
          .isEqualTo(contents);
    }
  }

  /** At any step and any byte: what was committed is there, and whoever writes next goes on. */
  @Property(tries = 300)
  void whateverStopsAWriterWhatWasCommittedStays(
      @ForAll("programs") List<Plan> plans,
      @ForAll @DoubleRange(max = 1) double when,
      @ForAll Crash crash,
      @ForAll Compression compression)
      throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      CrashingFiles files = new CrashingFiles((long) (when * steps(plans, compression)));
      ModelStore model = new ModelStore(compression);
      boolean stopped = false;
      try (SnapshotStore store = SnapshotStore.create(directory.store(), files)) {
        model.writeAll(store, plans);
      } catch (SavedException e) {
        stopped = true;
        assertThat(e).hasMessageNotContaining("\n");
      }
      files.crash(crash);
      requireCommitted(directory.store(), model, stopped);
      goOn(directory.store(), model);
    }
  }

  private static long steps(List<Plan> plans, Compression compression) throws IOException {
    CrashingFiles files = CrashingFiles.never();
    try (TestDirectory directory = new TestDirectory();
        SnapshotStore store = SnapshotStore.create(directory.store(), files)) {
      new ModelStore(compression).writeAll(store, plans);
    }
    return files.done() + 1;
  }

  private static void requireCommitted(Path directory, ModelStore model, boolean stopped)
      throws IOException {
    if (!Files.exists(directory.resolve(StoreFormat.MARKER))) {
      assertThat(model.told()).isEmpty();
      return;
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(directory)) {
      assertThat(store.damaged()).isEmpty();
      assertThat(store.generations().size() - model.told().size()).isBetween(0, stopped ? 1 : 0);
      model.requireIn(store);
    }
  }

  private static void goOn(Path directory, ModelStore model) throws IOException {
    Plan next = new Plan(-1, 2, Collections.nCopies(20, 3));
    try (SnapshotStore store = SnapshotStore.create(directory, CrashingFiles.never())) {
      assertThat(asides(directory)).isEmpty();
      int before = store.generations().size();
      new ModelStore().write(store, next);
      assertThat(store.generations()).hasSize(before + 1);
      model.requireIn(store);
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
  }

  private static List<Path> asides(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(path -> path.getFileName().toString().startsWith("tmp-")).toList();
    }
  }
}
