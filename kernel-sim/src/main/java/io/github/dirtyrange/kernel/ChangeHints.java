package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * Records of what changed a process's pages, for who goes by soft-dirty: where its bit tells, and
 * where it does not. A record is made after its change, before the thread that made it goes on.
 *
 * <p>Not safe for use by several threads.
 */
public interface ChangeHints extends AutoCloseable {

  /** What a record says of pages. */
  enum Kind {
    /** The bit tells whether they were written. */
    LOOK,

    /** They changed, whatever the bit says. */
    CHANGED,

    /**
     * They were reclaimed. What went to swap has its bit there; of what did not, and may be there
     * again, the bit has gone.
     */
    RECLAIMED,

    /** Their entries were dropped if they were a file's, and with them the bits. */
    RETRACTED,

    /** Something was mapped: the mapping that this has become reads soft-dirty as a whole. */
    MAPPED,

    /** Their bits were cleared, by the reader or by somebody else. */
    CLEARED
  }

  /** Starts recording, or goes on. It is off at first. */
  void enable();

  /** Stops recording; what was recorded stays. */
  void disable();

  /**
   * Takes out all records.
   *
   * @return whether that is all that happened; if not, any page may have changed in any way
   */
  boolean take(Taker taker);

  /** {@return whether a change of every kind was tried, and recorded} */
  boolean tellsAll();

  /** {@return the pages in which a write shows neither by a record nor by the bit} */
  List<Unseen> unseen();

  /** {@return for people: how it records} */
  String describe();

  /** {@return the memory that the records take, in bytes} */
  long memoryBytes();

  @Override
  void close();

  /** Receives what records say, in any order, some repeatedly. */
  @FunctionalInterface
  interface Taker {

    /** Takes pages; those of MAPPED may lie outside of the ranges that records were asked for. */
    void take(Kind kind, long startVpn, long endVpn);
  }
}
