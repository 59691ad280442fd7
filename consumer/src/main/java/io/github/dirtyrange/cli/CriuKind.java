package io.github.dirtyrange.cli;

import io.github.dirtyrange.criu.CriuDirectory;
import io.github.dirtyrange.criu.CriuMemory;
import io.github.dirtyrange.criu.CriuVerifier;
import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An image directory of CRIU, and those that it builds on: docs/criu.md. */
final class CriuKind implements SavedKind {

  @Override
  public String title() {
    return "an image directory of CRIU";
  }

  @Override
  public boolean isAt(Path path) {
    return CriuDirectory.isOne(path);
  }

  @Override
  public Opened open(Path path) throws SavedException {
    CriuDirectory directory = CriuDirectory.open(path);
    return new Opened(directory, facts(directory.memories()), directory.damaged());
  }

  /** {@return them, numbered from the oldest: where a directory has one process, by generation} */
  static List<MemoryFacts> facts(List<CriuMemory> memories) {
    List<MemoryFacts> facts = new ArrayList<>();
    for (CriuMemory memory : memories) {
      Optional<CriuMemory> before = memory.before();
      facts.add(
          new MemoryFacts(
              facts.size() + 1L,
              memory,
              Optional.of(memory.title()),
              before.map(CriuMemory::title),
              before.map(memories::indexOf).stream().mapToLong(at -> at + 1L).findFirst(),
              OptionalInt.of(memory.pid()),
              OptionalLong.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalLong.of(memory.storedPages()),
              OptionalLong.empty()));
    }
    return facts;
  }

  @Override
  public VerifyResult verify(Path path) {
    List<SavedFault> faults = CriuVerifier.verify(path);
    try (CriuDirectory directory = CriuDirectory.open(path)) {
      return result(faults, directory.memories());
    } catch (SavedException e) {
      return new VerifyResult(faults, 0, 0, 0); // what keeps it from being read is a fault
    }
  }

  static VerifyResult result(List<SavedFault> faults, List<CriuMemory> memories) {
    long pages = memories.stream().mapToLong(CriuMemory::storedPages).sum();
    long bytes = memories.stream().mapToLong(each -> each.storedPages() * each.pageSize()).sum();
    return new VerifyResult(faults, memories.size(), pages, bytes);
  }
}
