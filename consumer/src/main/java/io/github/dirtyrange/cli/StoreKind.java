package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Our own format: docs/snapshot-format.md. */
final class StoreKind implements SavedKind {

  @Override
  public String title() {
    return "a store of snapshots";
  }

  @Override
  public boolean isAt(Path path) {
    return SnapshotStore.isOne(path);
  }

  @Override
  public Opened open(Path path) throws SavedException {
    SnapshotStore store = SnapshotStore.open(path);
    List<MemoryFacts> memories =
        store.generations().stream().map(each -> facts(store, each)).toList();
    return new Opened(store, memories, store.damaged());
  }

  private static MemoryFacts facts(SnapshotStore store, Generation generation) {
    GenerationHeader header = generation.header();
    Optional<Generation> parent = header.parent().flatMap(named -> store.generation(named.id()));
    return new MemoryFacts(
        generation.number(),
        generation,
        Optional.of(generation.id().toString()),
        header.parent().map(named -> named.id().toString()),
        parent.isPresent() ? OptionalLong.of(parent.get().number()) : OptionalLong.empty(),
        OptionalInt.of(header.pid()),
        OptionalLong.of(header.wallMillis()),
        Optional.of(header.stopped()),
        Optional.of(header.exact()),
        OptionalLong.of(generation.storedPages()),
        OptionalLong.of(generation.indexBytes()));
  }

  @Override
  public VerifyResult verify(Path path) {
    List<SavedFault> faults = StoreVerifier.verify(path);
    try (SnapshotStore store = SnapshotStore.open(path)) {
      long pages = store.generations().stream().mapToLong(Generation::storedPages).sum();
      long bytes =
          store.generations().stream()
              .mapToLong(each -> each.storedPages() * each.pageSize())
              .sum();
      return new VerifyResult(faults, store.generations().size(), pages, bytes);
    } catch (SavedException e) {
      return new VerifyResult(faults, 0, 0, 0); // what keeps it from being read is a fault
    }
  }
}
