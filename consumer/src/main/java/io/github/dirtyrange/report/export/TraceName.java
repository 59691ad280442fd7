package io.github.dirtyrange.report.export;

import java.util.Locale;

/** The names of events in a Perfetto trace; the file has each once, and events go by its number. */
enum TraceName {
  /** A round: the slice in which changes are found and armed again. */
  ROUND(1),
  /** Memory was mapped. */
  MMAP(2),
  /** Memory was unmapped or moved away. */
  MUNMAP(3),
  /** A process is tracked from now on. */
  TRACKED(4),
  /** It executes another program. */
  EXEC(5),
  /** It had begun its program before it was armed. */
  BEGUN(6),
  /** It has ended. */
  END(7),
  /** A process is not tracked. */
  NOT_TRACKED(8),
  /** A process started another. */
  FORK(9);

  private final long iid;

  TraceName(long iid) {
    this.iid = iid;
  }

  /** {@return the number in the trace} */
  long iid() {
    return iid;
  }

  /** {@return the name in the trace: "not tracked"} */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
