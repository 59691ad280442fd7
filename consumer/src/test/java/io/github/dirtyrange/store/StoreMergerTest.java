package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.store.CrashingFiles.Crash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Merging changes nothing but how much room it takes, wherever it is stopped. */
class StoreMergerTest {

  /** At how many points a chain's merge is interrupted: 100 to be thorough. */
  private static final int INTERRUPTIONS = Integer.getInteger("store.merge", 12);

  private static final List<Crash> CRASHES = List.of(Crash.values());
  private static final int CHAIN = 50;
  private static final int LATE = 60;

  /** Each generation of a chain takes some steps to go. */
  private static final int LATEST = 6 * CHAIN;

  /** A store that was written, and what is known of it. */
  private record Written(ModelStore model, Map<UUID, UUID> parents) {

    Set<UUID> ids() {
      Set<UUID> ids = new HashSet<>();
      model.told().forEach(told -> ids.add(told.id()));
      return ids;
    }

    /** By the rule: from the parent up to the first that has another child. */
    Set<UUID> removedBy(UUID upTo) {
      Set<UUID> removed = new HashSet<>();
      UUID child = upTo;
      while (parents.containsKey(child)) {
        UUID parent = parents.get(child);
        if (parents.values().stream().filter(parent::equals).count() > 1) {
          return removed;
        }
        removed.add(parent);
        child = parent;
      }
      return removed;
    }
  }

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  private static Written write(Path directory, List<Plan> plans, Compression... compressions)
      throws IOException {
    ModelStore model = new ModelStore(compressions);
    Map<UUID, UUID> parents = new HashMap<>();
    try (SnapshotStore store = SnapshotStore.create(directory, CrashingFiles.never())) {
      model.writeAll(store, plans);
      for (Generation each : store.generations()) {
        each.header().parent().ifPresent(parent -> parents.put(each.id(), parent.id()));
      }
    }
    return new Written(model, parents);
  }

  private static long bytes(Path directory) throws IOException {
    return TestDirectory.files(directory).entrySet().stream()
        .filter(file -> file.getKey().startsWith("generation-"))
        .mapToLong(file -> file.getValue().length)
        .sum();
  }

  @Property(tries = 200)
  void whatStaysIsWhatItWas(
      @ForAll("programs") List<Plan> plans,
      @ForAll @IntRange(max = 5) int picked,
      @ForAll @IntRange(max = 5) int then,
      @ForAll Compression first,
      @ForAll Compression second)
      throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      Path path = directory.store();
      Written written = write(path, plans, first, second);
      Set<UUID> due = written.ids();
      merge(path, written, due, picked % plans.size());
      merge(path, written, due, then % plans.size());
      goOn(path, written, due);
    }
  }

  /** Merges at one of the generations, if it is there still, and checks all. */
  private static void merge(Path path, Written written, Set<UUID> due, int picked)
      throws IOException {
    UUID upTo = written.model().told().get(picked).id();
    if (!due.contains(upTo)) {
      return;
    }
    Set<UUID> removed = written.removedBy(upTo);
    due.removeAll(removed);
    written.parents().remove(upTo);
    removed.forEach(written.parents()::remove);
    long before = bytes(path);
    MergeResult result =
        StoreMerger.merge(path, OptionalLong.of(picked + 1L), CrashingFiles.never());
    assertThat(result.bytesBefore()).isEqualTo(before);
    assertThat(result.bytesAfter()).isEqualTo(bytes(path));
    assertThat(result.removed()).hasSameSizeAs(removed);
    assertThat(StoreVerifier.verify(path)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(path)) {
      assertThat(store.generations()).hasSameSizeAs(due);
      written.model().requireIn(store, due);
      Generation whole = store.generation(upTo).orElseThrow();
      assertThat(whole.header().parent()).isEmpty();
      assertThat(whole.number()).isEqualTo(picked + 1L);
      assertThat(whole.ranges()).noneMatch(range -> range.pageClass() == PageClass.PARENT);
    }
  }

  /** Who tracks the process goes on as if nothing had been merged. */
  private static void goOn(Path path, Written written, Set<UUID> due) throws IOException {
    int newest = written.model().told().size() - 1;
    Plan next = new Plan(newest, 0, java.util.Collections.nCopies(20, Plan.UNCHANGED));
    try (SnapshotStore store = SnapshotStore.create(path, CrashingFiles.never())) {
      written.model().write(store, next);
      written.model().requireIn(store, due);
    }
    assertThat(StoreVerifier.verify(path)).isEmpty();
  }

  @Property(tries = 300)
  void whereverItIsStoppedNothingIsLost(
      @ForAll("programs") List<Plan> plans,
      @ForAll @IntRange(max = 5) int picked,
      @ForAll @DoubleRange(max = 1) double when,
      @ForAll Crash crash,
      @ForAll Compression compression)
      throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      Path path = directory.store();
      Written written = write(path, plans, compression);
      int upTo = picked % plans.size();
      interrupt(path, written, upTo, (long) (when * steps(path, upTo)), crash);
    }
  }

  /** {@return the steps that a merge of a copy takes, and one} */
  private static long steps(Path path, int upTo) throws IOException {
    try (TestDirectory copy = new TestDirectory()) {
      copy.write(TestDirectory.files(path));
      CrashingFiles files = CrashingFiles.never();
      StoreMerger.merge(copy.store(), OptionalLong.of(upTo + 1L), files);
      return files.done() + 1;
    }
  }

  private static void interrupt(Path path, Written written, int upTo, long steps, Crash crash)
      throws IOException {
    Map<String, byte[]> before = TestDirectory.files(path);
    Set<UUID> due = written.ids();
    due.removeAll(written.removedBy(written.model().told().get(upTo).id()));
    CrashingFiles files = new CrashingFiles(steps);
    try {
      StoreMerger.merge(path, OptionalLong.of(upTo + 1L), files);
    } catch (SavedException e) {
      String said = String.valueOf(e.getMessage());
      assertThat(said).doesNotContain("\n").containsAnyOf("is as it was", "merge it again");
      if (said.contains("is as it was")) {
        requireAsItWas(path, before);
      }
    }
    files.crash(crash);
    assertThat(StoreVerifier.verify(path)).isEmpty();
    try (SnapshotStore store = SnapshotStore.create(path, CrashingFiles.never())) {
      written.model().requireIn(store, due);
      requireNothingElse(path, store);
    }
    StoreMerger.merge(path, OptionalLong.of(upTo + 1L), CrashingFiles.never());
    assertThat(StoreVerifier.verify(path)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(path)) {
      written.model().requireIn(store, due);
      assertThat(store.generations()).hasSameSizeAs(due);
    }
    assertThat(TestDirectory.files(path).keySet()).noneMatch(name -> name.startsWith("tmp-"));
  }

  /** Whoever writes next removes what was left behind. */
  private static void requireNothingElse(Path path, SnapshotStore store) throws IOException {
    Set<String> due = new HashSet<>(Set.of("store", "lock"));
    for (Generation each : store.generations()) {
      String name = StoreFormat.directory(each.number()) + "/";
      due.add(name + "index");
      for (int part = 0; part < each.index().parts().size(); part++) {
        due.add(name + StoreFormat.pages(part));
      }
    }
    assertThat(TestDirectory.files(path).keySet()).isEqualTo(due);
  }

  private static void requireAsItWas(Path path, Map<String, byte[]> before) throws IOException {
    Map<String, byte[]> after = TestDirectory.files(path);
    after.keySet().removeIf(name -> name.startsWith("tmp-"));
    assertThat(after).containsOnlyKeys(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
  }

  /** Bytes are most of the steps; each of those behind them does more. */
  @ParameterizedTest
  @EnumSource
  void atNoneOfTheLastStepsIsAnythingLost(Crash crash) throws IOException {
    try (TestDirectory made = new TestDirectory()) {
      Written written = write(made.store(), chain(new Random(7), 4), Compression.NONE);
      Map<String, byte[]> files = TestDirectory.files(made.store());
      long steps = steps(made.store(), 3);
      for (long at = steps - LATE; at < steps; at++) {
        try (TestDirectory directory = new TestDirectory()) {
          directory.write(files);
          interrupt(directory.store(), written, 3, at, crash);
        }
      }
    }
  }

  /** The last of a long chain, merged at once, is what it was when it leaned on all of them. */
  @Property(tries = 1)
  void aLongChainEqualsItsLastWhereverItsMergeIsStopped(@ForAll long seed) throws IOException {
    try (TestDirectory made = new TestDirectory()) {
      Written written = write(made.store(), chain(new Random(seed), CHAIN), Compression.values());
      Map<String, byte[]> files = TestDirectory.files(made.store());
      long steps = steps(made.store(), CHAIN - 1);
      for (int i = 0; i < INTERRUPTIONS; i++) {
        try (TestDirectory directory = new TestDirectory()) {
          directory.write(files);
          double when = (double) i / INTERRUPTIONS;
          long at = i % 2 == 0 ? (long) (when * steps) : steps - (long) (when * LATEST);
          Crash crash = CRASHES.get(i % CRASHES.size());
          interrupt(directory.store(), written, CHAIN - 1, at, crash);
          try (SnapshotStore store = SnapshotStore.open(directory.store())) {
            assertThat(store.generations())
                .singleElement()
                .extracting(Generation::number)
                .isEqualTo((long) CHAIN);
          }
        }
      }
    }
  }

  private static List<Plan> chain(Random random, int length) {
    List<Plan> plans = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      List<Integer> pages = new ArrayList<>();
      for (int page = 0; page < 20; page++) {
        pages.add(random.nextInt(3) == 0 ? random.nextInt(Plan.UNCHANGED) : Plan.UNCHANGED);
      }
      plans.add(new Plan(i - 1, random.nextInt(8) == 0 ? 1 : 0, pages));
    }
    return plans;
  }
}
