package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.saved.SavedDirectory;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import java.nio.file.Path;
import java.util.List;

/** A format that memory is saved in. Whoever reads another one adds it to {@link SavedPlace}. */
interface SavedKind {

  /**
   * What was opened.
   *
   * @param directory to be closed
   * @param memories each with its number, oldest first
   * @param damaged what is left out of them, and why
   */
  record Opened(SavedDirectory directory, List<MemoryFacts> memories, List<SavedFault> damaged) {}

  /** {@return what people call it, with its article: "a store of dirtyrange snapshot"} */
  String title();

  /** {@return whether that is what is there, damaged or not} */
  boolean isAt(Path path);

  /**
   * Opens it for reading.
   *
   * @throws SavedException if it cannot be read, and why
   */
  Opened open(Path path) throws SavedException;

  /** {@return what is wrong with it} Looks at everything. */
  VerifyResult verify(Path path);
}
