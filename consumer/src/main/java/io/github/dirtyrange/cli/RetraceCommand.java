package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.SimTestbed;
import io.github.dirtyrange.report.RetraceReports;
import io.github.dirtyrange.retrace.Contender;
import io.github.dirtyrange.retrace.Retrace;
import io.github.dirtyrange.retrace.RetracePlan;
import io.github.dirtyrange.retrace.result.RetraceResult;
import io.github.dirtyrange.trace.TextTrace;
import io.github.dirtyrange.trace.TraceSource;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange retrace}: replays a trace on the simulated kernel, to every strategy. */
@Command(
    name = "retrace",
    description =
        "Replays what a process changed on the simulated kernel, and says what each strategy would"
            + " have paid for it, and whether it would have been right.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every strategy found every page",
      "1:a strategy missed pages",
      "2:the command line makes no sense, or the file is no trace",
      "3:the simulated kernel lacks what a strategy needs, or the heap is too small",
      "65:the trace is cut or damaged; what is whole was replayed and is printed",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class RetraceCommand implements Callable<Integer> {

  private static final long DEFAULT_QUEUE_BYTES = 64L << 20;

  private static final Set<Strategy> LIVE = EnumSet.complementOf(EnumSet.of(Strategy.PERFECT));

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      description =
          "a trace, as track --record writes it; or what perf script -F comm,tid,time,event,addr"
              + " prints of page faults, or valgrind --tool=lackey --trace-mem=yes")
  private Path file = Path.of("");

  @Option(
      names = "--strategy",
      paramLabel = "LIST",
      split = ",",
      converter = StrategyName.class,
      description =
          "some of pagemap, pagemap-scan, queue, adaptive, with commas between (default: all that the"
              + " kernel allows)")
  private List<Strategy> strategies = List.of();

  @Option(
      names = "--queue",
      paramLabel = "LIST",
      split = ",",
      converter = QueueDesignName.class,
      completionCandidates = QueueDesignName.Registered.class,
      description =
          "designs of the queue to compare: some of ${COMPLETION-CANDIDATES}, or names of classes on"
              + " the class path")
  private List<String> queueDesigns = List.of();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      converter = SimulatedProfile.class,
      description = "the kernel to simulate, from 6.1 to 7.3 (default: 7.3)")
  private Profile profile = Profile.V7_3;

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description = "what steps cost, as calibrate --out wrote it")
  private @Nullable Path costs;

  @Option(
      names = "--ring",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "memory that a change queue may take, at least 4KiB (default: 64MiB)")
  private @Nullable ByteSize ring;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "which process of a trace that has several (default: the first)")
  private @Nullable Integer pid;

  @Option(
      names = "--round-time",
      paramLabel = "TIME",
      converter = TimeLength.Converter.class,
      description = "how long a round of perf's text is (default: 100ms)")
  private @Nullable TimeLength roundTime;

  @Option(
      names = "--round-writes",
      paramLabel = "N",
      description = "how many lines with writes a round of a text has (default, of lackey: 10000)")
  private @Nullable Long roundWrites;

  @ArgGroup private ReportFormat format = new ReportFormat();

  @Override
  public Integer call() throws IOException {
    check();
    RetracePlan plan = plan();
    try (TraceSource trace = TraceFile.open(file, roundTime, roundWrites)) {
      if (pid != null && trace instanceof TextTrace) {
        throw new UsageMistake(
            "--pid chooses of a trace; all lines of a text are taken for one process");
      }
      RetraceResult result = replayed(trace, plan);
      requireRounds(result);
      spec.commandLine().getOut().print(rendered(result));
      spec.commandLine().getOut().flush();
      sayWhatWasLeftOut(trace, result);
      return status(result);
    }
  }

  private RetraceResult replayed(TraceSource trace, RetracePlan plan) {
    try {
      return Retrace.run(trace, plan);
    } catch (IOException e) {
      throw new UsageMistake(file + " cannot be read to its end: " + e.getMessage());
    }
  }

  private void check() {
    if (ring != null && ring.bytes() < Pages.SIZE) {
      throw new UsageMistake("--ring " + ring.bytes() + " is less than a page; give at least 4KiB");
    }
    if (roundWrites != null && roundWrites < 1) {
      throw new UsageMistake("--round-writes " + roundWrites + " has no round; give at least 1");
    }
    StrategyChoice.requireQueue(strategies, queueDesigns, ring != null);
    if (strategies.contains(Strategy.PERFECT)) {
      throw new UsageMistake(
          "--strategy perfect is told the pages, which takes no finding; there are "
              + StrategyName.list(LIVE));
    }
  }

  private RetracePlan plan() {
    CostModel model = CompareOptions.costs(costs);
    Capabilities capabilities = SimTestbed.open(profile).kernel().capabilities();
    Set<Strategy> named = EnumSet.noneOf(Strategy.class);
    named.addAll(strategies);
    List<Contender> contenders = new ArrayList<>();
    for (Strategy strategy : StrategyChoice.of(named, capabilities)) {
      if (LIVE.contains(strategy)) {
        contenders.addAll(contenders(strategy));
      }
    }
    OptionalInt process = pid == null ? OptionalInt.empty() : OptionalInt.of(pid);
    long queueBytes = ring == null ? DEFAULT_QUEUE_BYTES : ring.bytes();
    return new RetracePlan(profile, model, contenders, queueBytes, process);
  }

  private List<Contender> contenders(Strategy strategy) {
    if (strategy != Strategy.QUEUE || queueDesigns.isEmpty()) {
      return List.of(new Contender(strategy, Optional.empty()));
    }
    return queueDesigns.stream()
        .map(design -> new Contender(strategy, Optional.of(design)))
        .toList();
  }

  private void requireRounds(RetraceResult result) {
    if (result.rounds() == 0) {
      String why = result.cut().map(cut -> "; " + cut).orElse("");
      String who = result.pid() == 0 ? "" : " of process " + result.pid();
      String others =
          result.others().isEmpty() ? "" : "; name another one with --pid: " + named(result);
      throw new UsageMistake(file + " has no round" + who + others + why);
    }
  }

  private static String named(RetraceResult result) {
    return result.others().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private String rendered(RetraceResult result) {
    if (format.json) {
      return RetraceReports.json(result);
    }
    return format.csv ? RetraceReports.csv(result) : RetraceReports.table(result);
  }

  private void sayWhatWasLeftOut(TraceSource trace, RetraceResult result) {
    PrintWriter err = spec.commandLine().getErr();
    String name = spec.qualifiedName();
    if (result.otherRounds() > 0 && pid == null) {
      err.printf(
          "%s: %,d %s left out; --pid names one: %s%n",
          name,
          result.otherRounds(),
          result.otherRounds() == 1
              ? "round of other processes was"
              : "rounds of other processes were",
          named(result));
    }
    if (trace instanceof TextTrace text && text.passedOver() > 0) {
      err.printf(
          "%s: %,d %s line %d%n",
          name,
          text.passedOver(),
          text.passedOver() == 1
              ? "line means nothing here and was passed over:"
              : "lines mean nothing here and were passed over, the first is",
          text.firstPassedOver());
    }
    result
        .cut()
        .ifPresent(
            why ->
                err.printf(
                    "%s: %s: %s; the %,d %s replayed%n",
                    name,
                    file,
                    why,
                    result.rounds(),
                    result.rounds() == 1 ? "round before was" : "rounds before were"));
  }

  private static int status(RetraceResult result) {
    if (!result.isRight()) {
      return ExitStatus.WRONG_ANSWER;
    }
    return result.cut().isPresent() ? ExitStatus.DATA_CUT : ExitStatus.FINE;
  }
}
