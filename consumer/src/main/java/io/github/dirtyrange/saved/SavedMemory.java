package io.github.dirtyrange.saved;

import java.util.List;

/**
 * The memory of a process as it was at one time, in files. What is there is what was saved, and may
 * be less than the process had: {@link PageClass} says of each page whether its bytes are known.
 */
public interface SavedMemory {

  /** {@return what people call it: its number, or its directory} */
  String title();

  /** {@return bytes of a page} */
  int pageSize();

  /** {@return the mappings, ascending, none overlapping another} */
  List<SavedMapping> mappings();

  /**
   * {@return what its pages are, ascending, each in one mapping; a page of a mapping that is in
   * none is not said anything of} Read through, not gathered: there may be millions.
   */
  List<SavedRange> saved();

  /** {@return a reader of its pages, for one thread} */
  SavedReader pages();
}
