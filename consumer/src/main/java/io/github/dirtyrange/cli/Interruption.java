package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.Comparison;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.report.ComparisonReport;
import java.io.PrintWriter;

/**
 * What happens when the program is told to end (Ctrl-C, SIGTERM) in the middle of a comparison or a
 * survey: what is done is reported. The status is then the signal's, 130 for Ctrl-C.
 */
final class Interruption {

  private static volatile boolean begun;

  private final Thread hook;

  private Interruption(Thread hook) {
    this.hook = hook;
  }

  /** Makes an end before {@link #cancel} report what the comparison has so far. */
  static Interruption reporting(
      Comparison comparison, ComparisonReport report, PrintWriter out, PrintWriter err) {
    return reporting(() -> report(comparison.soFar(), report, out, err));
  }

  /** Makes an end before {@link #cancel} report what there is so far. */
  static Interruption reporting(Runnable report) {
    Thread hook =
        new Thread(
            () -> {
              begun = true;
              report.run();
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interruption(hook);
  }

  /** {@return whether the program has been told to end, so that what fails now need not be said} */
  static boolean begun() {
    return begun;
  }

  /** Lets the program end without a report: there is a whole one. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The end has begun, and the hook reports.
    }
  }

  private static void report(
      ComparisonResult result, ComparisonReport report, PrintWriter out, PrintWriter err) {
    err.println(
        "interrupted after " + result.roundsDone() + " of " + result.plan().rounds() + " rounds");
    if (result.roundsDone() > 0) {
      out.print(report.render(result));
      out.flush();
    }
  }
}
