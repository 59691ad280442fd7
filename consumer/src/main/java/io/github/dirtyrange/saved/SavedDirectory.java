package io.github.dirtyrange.saved;

import java.nio.file.Path;
import java.util.List;

/** A directory of saved memory, open for reading. */
public interface SavedDirectory extends AutoCloseable {

  /** {@return where it is} */
  Path directory();

  /** {@return what is saved in it, oldest first; without what is damaged} */
  List<? extends SavedMemory> memories();

  /** Ends reading. */
  @Override
  void close() throws SavedException;
}
