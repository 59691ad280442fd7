package io.github.dirtyrange.linux.bpf;

/** Takes records of what has changed, in the order in which it was recorded. */
@FunctionalInterface
public interface RecordSink {

  /**
   * Takes one.
   *
   * @param start where the range begins; {@link Change} says where it is something else
   * @param end where it ends
   * @param information what it says besides
   * @param more the record's further words, or 0
   * @param last the one after that, or 0
   */
  void record(Change change, long start, long end, long information, long more, long last);
}
