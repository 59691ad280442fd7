package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.Shard;
import io.github.dirtyrange.kernel.kit.DesignLaws;
import io.github.dirtyrange.kernel.kit.LawPlan;
import io.github.dirtyrange.kernel.kit.LawReport;
import io.github.dirtyrange.kernel.kit.LawRun;
import io.github.dirtyrange.kernel.kit.LawTable;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange laws}: random programs on queue designs, and which laws each kept. */
@Command(
    name = "laws",
    description =
        "Runs random programs on queue designs under a simulated kernel, and tells which laws of a"
            + " change queue each keeps and breaks, with the shortest program that shows it.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every design kept the laws that it claims",
      "1:one broke a law that it claims; the shortest program found that shows it is printed",
      "2:the command line makes no sense",
      "70:a fault of this program",
      "74:the output cannot be written",
      "130:interrupted with Ctrl-C; the programs that were run are reported",
      "143:the same after SIGTERM"
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange laws --queue percpu,ring",
      "  dirtyrange laws --class-path DIR --queue MyQueue --programs 20000",
      "  dirtyrange laws --shard 1/2 --json > 1.json"
    })
final class LawsCommand implements Callable<Integer> {

  private static final int PROGRESS_EVERY = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      split = ",",
      converter = QueueName.class,
      completionCandidates = QueueDesignName.Registered.class,
      description =
          "queue designs, of ${COMPLETION-CANDIDATES}, or classes that implement one (default: all"
              + " of these)")
  private List<QueueDesign> queues = QueueDesigns.registered();

  @Option(
      names = "--programs",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "how many programs to run on each, of a process, and as many of calls of the queue by"
              + " itself (default: ${DEFAULT-VALUE})")
  private int programs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "what the programs are drawn from (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--shard",
      paramLabel = "K/N",
      converter = ShardConverter.class,
      description =
          "of the programs only every N-th, from the K-th on; gather joins what --json printed of"
              + " all N")
  private Shard shard = Shard.WHOLE;

  @Option(names = "--json", description = "write one JSON object instead of a table")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    LawPlan plan = plan();
    LawReport report;
    try (Ending ending = Ending.watched()) {
      report = run(plan, ending);
      PrintWriter out = spec.commandLine().getOut();
      out.print(json ? LawsJson.render(report) : LawTable.render(report));
      out.flush();
    }
    return report.isRight() ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }

  private LawPlan plan() {
    if (programs < 1) {
      throw new UsageMistake("--programs " + programs + " leaves nothing to run");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_PROGRAMS, "--programs", programs);
    if (shard.of() > programs) {
      throw new UsageMistake(
          "--shard " + shard + ": there are only " + programs + " programs for so many shards");
    }
    Set<String> names = new HashSet<>();
    for (QueueDesign queue : queues) {
      if (!names.add(queue.name())) {
        throw new UsageMistake("--queue names " + queue.name() + " twice");
      }
    }
    return new LawPlan(
        queues.stream().map(QueueDesign::name).toList(),
        programs,
        seed,
        shard.number(),
        shard.of());
  }

  /** Told to end, it reports the programs that were run. */
  private LawReport run(LawPlan plan, Ending ending) throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    ProgressLine progress = ProgressLine.on(err);
    List<DesignLaws> laws = new ArrayList<>();
    try {
      for (QueueDesign queue : queues) {
        if (!ending.isWished()) {
          laws.add(
              LawRun.of(queue, plan, done -> goesOn(progress, queue.name(), done, plan, ending)));
        }
      }
    } finally {
      progress.erase();
    }
    if (ending.isWished()) {
      int begun = laws.size();
      err.println("interrupted in design " + begun + " of " + queues.size());
    }
    return new LawReport(plan, laws);
  }

  private static boolean goesOn(
      ProgressLine progress, String design, int done, LawPlan plan, Ending ending) {
    if (done % PROGRESS_EVERY == 0) {
      progress.show(design + ": program " + done + " of " + plan.ownPrograms());
    }
    return !ending.isWished();
  }
}
