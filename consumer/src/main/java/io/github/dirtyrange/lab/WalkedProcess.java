package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.PageRange;
import java.util.Map;

/** A process with as much memory of each class of pages, which nobody writes to. */
public interface WalkedProcess extends AutoCloseable {

  /** {@return the process's number} */
  int pid();

  /** {@return where the memory of each class lies, by the class's name, in the order of reports} */
  Map<String, PageRange> classes();

  /** Ends the process. */
  @Override
  void close();
}
