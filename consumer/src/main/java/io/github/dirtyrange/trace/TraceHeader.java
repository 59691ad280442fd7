package io.github.dirtyrange.trace;

/**
 * Where a trace is from.
 *
 * @param origin what wrote it: "track", "run", "perf script", "lackey"
 * @param kernelRelease of the kernel that the process ran on; empty where nobody knows
 * @param command the process's name, or the command line that was run
 * @param pid the process that was asked for; 0 where nobody knows
 * @param strategy by which its changes were found; "auto" where the best was taken
 * @param intervalNanos from round to round; 0 where rounds are of so many events
 * @param startMillis when the recording began, since 1970; 0 where nobody knows
 */
public record TraceHeader(
    String origin,
    String kernelRelease,
    String command,
    int pid,
    String strategy,
    long intervalNanos,
    long startMillis) {

  /** Checks the numbers. */
  public TraceHeader {
    if (pid < 0 || intervalNanos < 0 || startMillis < 0) {
      throw new IllegalArgumentException(pid + ", " + intervalNanos + ", " + startMillis);
    }
  }
}
