package io.github.dirtyrange.report.export;

/**
 * The numbers and words that events in a Perfetto trace carry; the file has the name of each once,
 * and events go by its number. The names are those that {@code --json} has, where it has them.
 */
enum TraceNote {
  /** Which round it is. */
  ROUND(1, "round"),
  /** Pages whose content changed. */
  CHANGED_PAGES(2, "changedPages"),
  /** Ranges that they lie in. */
  RUNS(3, "runs"),
  /** Pages looked at. */
  INSPECTED(4, "inspected"),
  /** How the changed pages were found. */
  METHOD(5, "method"),
  /** What the round took. */
  ROUND_NANOS(6, "roundNanos"),
  /** How long a thread of the process was stopped. */
  STOPPED_NANOS(7, "stoppedNanos"),
  /** CPU time of the tracker. */
  TRACKER_CPU_NANOS(8, "trackerCpuNanos"),
  /** Pages that the queue alone would have missed. */
  MISSED_BY_QUEUE(9, "missedByQueue"),
  /** The name of a mapping. */
  MAPPING(10, "mapping"),
  /** An address. */
  START(11, "start"),
  /** A count of pages. */
  PAGES(12, "pages"),
  /** The number of a process. */
  PID(13, "pid"),
  /** Its name. */
  NAME(14, "name"),
  /** The strategy that tracks it. */
  STRATEGY(15, "strategy"),
  /** What that does. */
  MECHANISM(16, "mechanism"),
  /** How many pages are armed. */
  ARMED_PAGES(17, "armedPages"),
  /** What arming took. */
  ARM_NANOS(18, "armNanos"),
  /** How long before it was armed a program had begun. */
  NANOS_BEFORE(19, "nanosBefore"),
  /** A reason, for people. */
  WHY(20, "why"),
  /** The number of the process that started another. */
  PARENT_PID(21, "parentPid");

  private final long iid;
  private final String text;

  TraceNote(long iid, String text) {
    this.iid = iid;
    this.text = text;
  }

  /** {@return the number in the trace} */
  long iid() {
    return iid;
  }

  /** {@return the name in the trace} */
  String text() {
    return text;
  }
}
