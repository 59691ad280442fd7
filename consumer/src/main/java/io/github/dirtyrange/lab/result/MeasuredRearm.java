package io.github.dirtyrange.lab.result;

/**
 * What a scan pays for a page that it finds written and arms again, by where the written pages lie
 * and by what the process does meanwhile.
 *
 * @param pages where they lie
 * @param process what the process does
 * @param nanos the median, a page
 * @param lowNanos a quarter of the repetitions gave no more
 * @param highNanos three quarters of them gave no more
 */
public record MeasuredRearm(
    Pages pages, Activity process, double nanos, double lowNanos, double highNanos) {

  /** Where the pages lie that are armed again. */
  public enum Pages {
    /** Each in a call of its own, the call counted in. */
    EACH_IN_A_CALL("a page in a call of its own"),
    /** At random, one in sixteen, all in one call. */
    SCATTERED("a page of scattered ones, in one call"),
    /** One after another, all in one call. */
    IN_A_ROW("a page of a row, in one call");

    private final String label;

    Pages(String label) {
      this.label = label;
    }

    /** {@return its name in reports} */
    public String label() {
      return label;
    }
  }

  /** What a process does while it is scanned. */
  public enum Activity {
    /** All its threads wait. */
    ASLEEP("asleep"),
    /** A thread of it runs on another processor, and writes nothing. */
    RUNNING("running elsewhere");

    private final String label;

    Activity(String label) {
      this.label = label;
    }

    /** {@return its name in reports} */
    public String label() {
      return label;
    }
  }
}
