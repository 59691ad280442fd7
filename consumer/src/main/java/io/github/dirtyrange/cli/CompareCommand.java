package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.Comparison;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.ComparisonReport;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code dirtyrange compare}: lets strategies find the pages that a workload of ours writes, or a
 * live process.
 */
@Command(
    name = "compare",
    description =
        "Starts a process that writes known pages, lets each strategy find them, and says what it"
            + " cost and whether it was right. With --pid, the same on a live process.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every strategy found every page",
      "1:a strategy missed pages, or a copied page was wrong",
      "2:the command line makes no sense, or --report cannot be written",
      "3:the machine or its kernel lacks what was asked for, or the process cannot be tracked",
      "4:the process ended in the middle, or there is none of that number",
      "70:a fault of this program",
      "74:the output or the report took less than was written (a full disk)",
      "129:the same as 130 after SIGHUP",
      "130:interrupted with Ctrl-C; the rounds done so far are printed",
      "143:the same after SIGTERM"
    })
final class CompareCommand implements Callable<Integer> {

  private static final long DEFAULT_MAPPED_BYTES = 4L << 30;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CompareOptions options = new CompareOptions();

  @Mixin private LiveCompareOptions live = new LiveCompareOptions();

  @ArgGroup private ReportFormat format = new ReportFormat();

  @Mixin private PageFile pageFile = new PageFile();

  @Override
  public Integer call() {
    Optional<Integer> pid = live.pid(spec.commandLine().getParseResult());
    options.check();
    new NamedFiles().add("--costs", options.costs).add("--report", pageFile.path);
    OpenPage page = pageFile.open(spec);
    int status = compared(pid, page);
    page.requireWhole();
    return status;
  }

  private int compared(Optional<Integer> pid, OpenPage page) {
    try {
      return pid.map(number -> compareOn(number, page)).orElseGet(() -> compareOnWorkload(page));
    } catch (WorkloadEndedException e) {
      page.sayIfLost();
      throw e;
    }
  }

  private int compareOn(int pid, OpenPage page) {
    Kernel kernel = live.kernel();
    LivePlan plan =
        live.plan(
            pid,
            kernel.threadName(pid, pid),
            options.rounds,
            StrategyChoice.of(options.namedStrategies(), kernel.capabilities()),
            options.queueBytes());
    return new LiveCompare(page.besideLive(format.liveReport()), out(), err()).run(kernel, plan);
  }

  private int compareOnWorkload(OpenPage page) {
    ComparisonReport report = page.beside(format.report());
    Testbed testbed = options.kernel.open(options.simulated(), options.costs());
    ComparisonResult result = run(testbed, ProgressLine.on(err()), report);
    out().print(report.render(result));
    out().flush();
    return result.isRight() ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }

  private ComparisonResult run(Testbed testbed, ProgressLine progress, ComparisonReport report) {
    ComparisonPlan plan = plan(testbed);
    progress.show("populating " + Units.bytes(Pages.address(plan.workload().mappedPages())));
    try (Workload workload = testbed.start(plan.workload());
        Comparison comparison = new Comparison(testbed, workload, plan)) {
      return run(comparison, progress, report);
    } finally {
      progress.erase();
    }
  }

  private ComparisonResult run(
      Comparison comparison, ProgressLine progress, ComparisonReport report) {
    Interruption interruption = Interruption.reporting(comparison, report, out(), err());
    try {
      return comparison.run(progress);
    } finally {
      interruption.cancel();
    }
  }

  private ComparisonPlan plan(Testbed testbed) {
    return new ComparisonPlan(
        options.workloadPlan(mappedBytes(testbed)),
        options.rounds,
        options.warmup(),
        options.state(),
        StrategyChoice.of(options.namedStrategies(), testbed.kernel().capabilities()),
        options.queueDesigns,
        options.queueBytes());
  }

  private long mappedBytes(Testbed testbed) {
    return options.mapped != null
        ? options.mapped.bytes()
        : Math.min(DEFAULT_MAPPED_BYTES, testbed.memoryBytes() / 2);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
