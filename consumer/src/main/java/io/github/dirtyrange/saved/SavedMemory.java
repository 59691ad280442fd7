package io.github.dirtyrange.saved;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The memory of a process as it was at one time, in files. What is there is what was saved, and may
 * be less than the process had: {@link PageClass} says of each page whether its bytes are known.
 */
public interface SavedMemory {

  /** {@return what people call it: its number, or its directory} */
  String title();

  /**
   * {@return notes of an ELF core: registers of threads and what else is known of the process; none
   * where they were not saved}
   */
  default ByteBuffer notes() {
    return ByteBuffer.allocate(0);
  }

  /** {@return bytes of a page} */
  int pageSize();

  /** {@return the mappings, ascending, none overlapping another} */
  List<SavedMapping> mappings();

  /**
   * {@return what its pages are, ascending, each in one mapping; a page of a mapping that is in
   * none is not said anything of} Read through, not gathered: there may be millions.
   */
  List<SavedRange> saved();

  /**
   * {@return the memory in which pages of {@link PageClass#PARENT} are what they are in this one;
   * nothing if there is none, or it is not known} In one directory it is the same object whoever
   * asks, so that what two memories have from one parent need not be read to be compared. Who
   * follows parents comes to an end.
   *
   * @throws SavedException if it is missing, or is not what this one's changes were counted from
   */
  default Optional<SavedMemory> parent() throws SavedException {
    return Optional.empty();
  }

  /** {@return a reader of its pages, for one thread} */
  SavedReader pages();
}
