package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A store of four generations that has every class of pages, as files; and what was told of it. */
record SmallStore(Map<String, byte[]> files, ModelStore model) {

  /** A root, two that build on it, and one that builds on the first of them. */
  static final List<Plan> PLANS =
      List.of(
          plan(-1, 0, 1, 2, 3, 1, 6, 7, 8, 9, 10, 4, 0, 5, 2, 3, 7, 7),
          plan(0, 0, 11, 2, 5, 11, 11, 11, 11, 11, 11, 11, 11, 1, 12, 12, 7, 7),
          plan(0, 1, 11, 11, 4, 3, 2, 11, 0, 10, 8, 9, 7, 6, 1, 2, 3, 4),
          plan(1, 0, 11, 11, 11, 12, 12, 12, 2, 5, 5, 1, 0, 11, 11, 11, 11, 3));

  private static final SmallStore MADE = made();

  private static Plan plan(int parent, int layout, Integer... pages) {
    List<Integer> all = new ArrayList<>(List.of(pages));
    while (all.size() < 20) {
      all.add(Plan.NOTHING);
    }
    return new Plan(parent, layout, all);
  }

  /** {@return a copy of a file} */
  byte[] file(String name) {
    return Objects.requireNonNull(files.get(name)).clone();
  }

  /** {@return it; nobody may change the arrays} */
  static SmallStore get() {
    return MADE;
  }

  private static SmallStore made() {
    try {
      return make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SmallStore make() throws IOException {
    ModelStore model = new ModelStore();
    try (TestDirectory directory = new TestDirectory()) {
      try (SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
        model.writeAll(store, PLANS);
        // One that is of no other's chain, and as young as can be.
        store.begin(ModelStore.header(99, Optional.empty())).commit();
      }
      return new SmallStore(TestDirectory.files(directory.store()), model);
    }
  }

  /** Reads every page of every generation of a store, which may be damaged. */
  static void readAll(SnapshotStore store, PageVisitor visitor) throws IOException {
    for (Generation generation : store.generations()) {
      PageReader reader = generation.pages();
      for (SavedMapping mapping : generation.mappings()) {
        long end = Math.min(mapping.endVpn(), mapping.startVpn() + 1_000);
        for (long vpn = mapping.startVpn(); vpn < end; vpn++) {
          visitor.page(generation, reader, vpn);
        }
      }
    }
  }

  /** What is done with each page. */
  @FunctionalInterface
  interface PageVisitor {
    void page(Generation generation, PageReader reader, long vpn) throws IOException;
  }
}
