package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.lab.LiveComparison;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.report.LiveComparisonReport;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.io.PrintWriter;

/** What {@code compare --pid} does. */
final class LiveCompare {

  private final LiveComparisonReport report;
  private final PrintWriter out;
  private final PrintWriter err;

  LiveCompare(LiveComparisonReport report, PrintWriter out, PrintWriter err) {
    this.report = report;
    this.out = out;
    this.err = err;
  }

  /**
   * Compares, and prints the result: of the rounds that were done, where the process or this
   * program ends before all are.
   *
   * @return the exit status
   * @throws WorkloadEndedException if the process ended before
   */
  int run(Kernel kernel, LivePlan plan) {
    try (Ending ending = Ending.watched()) {
      LiveResult result = compared(kernel, plan, ending);
      if (result.roundsDone() < plan.rounds()) {
        err.println("interrupted " + done(result));
      }
      print(result);
      return result.isRight() ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
    }
  }

  /** The process is let go before anything is printed, which may take long. */
  private LiveResult compared(Kernel kernel, LivePlan plan, Ending ending) {
    ProgressLine progress = ProgressLine.on(err);
    progress.show("arming process " + plan.pid());
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      return run(comparison, progress, ending);
    } finally {
      progress.erase();
    }
  }

  private LiveResult run(LiveComparison comparison, ProgressLine progress, Ending ending) {
    try {
      return comparison.run(progress, ending::await);
    } catch (WorkloadEndedException e) {
      LiveResult result = comparison.soFar();
      print(result);
      throw new WorkloadEndedException(e.getMessage() + "; " + done(result));
    } catch (KernelException e) {
      LiveResult result = comparison.soFar();
      print(result);
      if (result.roundsDone() > 0) {
        err.println("given up " + done(result));
      }
      throw e;
    }
  }

  private void print(LiveResult result) {
    if (result.roundsDone() > 0) {
      out.print(report.render(result));
      out.flush();
    }
  }

  private static String done(LiveResult result) {
    return "after " + result.roundsDone() + " of " + result.plan().rounds() + " rounds";
  }
}
