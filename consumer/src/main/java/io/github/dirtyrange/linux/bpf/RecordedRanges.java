package io.github.dirtyrange.linux.bpf;

/** What a record says, as places in the memory where something may have changed. */
public final class RecordedRanges implements RecordSink {

  /** User space ends here at the latest, with page tables of five levels. */
  public static final long ADDRESS_LIMIT = 1L << 56;

  // Calls on a userfaultfd (linux/userfaultfd.h). The range of the first two begins in the first
  // word
  // and has its length in the third; all others have it in the second.
  private static final int UFFDIO_COPY = 3;
  private static final int UFFDIO_MOVE = 5;
  private static final int UFFDIO_ZEROPAGE = 4;
  private static final int UFFDIO_CONTINUE = 7;
  private static final int UFFDIO_POISON = 8;

  /** What a table holds, and a huge page: what is shorter leaves the table. */
  private static final long HUGE_BYTES = 2L << 20;

  /** Takes those places. */
  public interface Taker {

    /** Takes one: a look at its pages tells what has changed. */
    void range(long start, long end);

    /** Takes memory that was written, although no look at its pages may show it. */
    void written(long start, long end);

    /** Takes memory that is mapped anew, whatever was known of the place. */
    void mapped(long start, long end);

    /** Takes memory whose entries were taken away: where a huge page's was, a hole may be left. */
    void emptied(long start, long end);

    /** Something has changed in this way, and it is not known where. */
    void anywhere(Change change);

    /**
     * Takes what was done to memory, besides the above. Of a move there are two: entries were taken
     * away ({@link Change#ZAPPED}) from the old place, and the new one is told as {@link
     * Change#MOVED}.
     */
    default void done(Change change, long start, long end) {}
  }

  private final Taker taker;

  /** Hands places to a taker. */
  public RecordedRanges(Taker taker) {
    this.taker = taker;
  }

  @Override
  public void record(Change change, long start, long end, long information, long more, long last) {
    switch (change) {
      case MOVED -> {
        takenAway(Change.ZAPPED, start, end);
        range(change, more, more + (end - start));
      }
      case REMAPPED -> {
        range(change, start, end);
        mapped(last, last + more);
      }
      case NEW_MAPPING -> mapped(start, end);
      case USERFAULTFD -> takeCall(start, end, (int) information, more);
      case WRITTEN_BY_ANOTHER -> written(start, end);
      case ZAPPED, RECLAIMED -> takenAway(change, start, end);
      case RETRACTED, REMOTE_FAULT -> taker.anywhere(change);
      case UNREGISTERED -> range(change, start, end == -1 ? ADDRESS_LIMIT : end);
      case FAULT, MAPPED, HUGE_FAULT, SWAPPED_OFF -> range(change, start, end);
      case UNMAPPED, FREED, GUARDED, MIGRATED -> range(change, start, end);
      case COLLAPSED, SPLIT, MERGED, PATCHED -> range(change, start, end);
      case WRITE_PROTECTED, REFERENCES_CLEARED -> range(change, start, end);
    }
  }

  /**
   * A word of the argument that could not be read is zero, and no call that does something has one,
   * but for the flags.
   */
  private void takeCall(long first, long second, int call, long third) {
    boolean longer = call == UFFDIO_COPY || call == UFFDIO_MOVE;
    if (first == 0 || second == 0 || (longer && third == 0)) {
      taker.anywhere(Change.USERFAULTFD);
      return;
    }
    switch (call) {
      case UFFDIO_COPY -> range(Change.USERFAULTFD, first, first + third);
      case UFFDIO_MOVE -> {
        range(Change.USERFAULTFD, first, first + third);
        takenAway(Change.ZAPPED, second, second + third);
      }
      case UFFDIO_ZEROPAGE, UFFDIO_CONTINUE, UFFDIO_POISON ->
          range(Change.USERFAULTFD, first, first + second);
      // No page comes or goes by the others.
      default -> range(Change.WRITE_PROTECTED, first, first + second);
    }
  }

  private void written(long start, long end) {
    if (isOfUserSpace(start, end)) {
      taker.range(start, end);
      taker.written(start, end);
      taker.done(Change.WRITTEN_BY_ANOTHER, start, end);
    }
  }

  private void takenAway(Change change, long start, long end) {
    range(change, start, end);
    if (end - start >= HUGE_BYTES && isOfUserSpace(start, end)) {
      taker.emptied(start, end);
    }
  }

  private void mapped(long start, long end) {
    if (isOfUserSpace(start, end)) {
      taker.mapped(start, end);
      taker.range(start, end);
      taker.done(Change.NEW_MAPPING, start, end);
    }
  }

  private void range(Change change, long start, long end) {
    if (isOfUserSpace(start, end)) {
      taker.range(start, end);
      taker.done(change, start, end);
    }
  }

  /**
   * Numbers of a record may be whatever a process has asked for. What no process can have mapped
   * has not changed.
   */
  private static boolean isOfUserSpace(long start, long end) {
    return start >= 0 && start < end && end <= ADDRESS_LIMIT;
  }
}
