package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.linux.ArmingOptions;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.live.Place;
import io.github.dirtyrange.report.live.Explanations;
import io.github.dirtyrange.report.live.HeatMap;
import io.github.dirtyrange.report.live.JsonLines;
import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.report.live.SeveralReports;
import io.github.dirtyrange.report.live.TextLines;
import io.github.dirtyrange.trace.TraceHeader;
import io.github.dirtyrange.track.Strategy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that watch a live process. */
final class LiveCommandOptions {

  private static final long SECOND = 1_000_000_000L;
  private static final long QUEUE_BYTES = 64L << 20;

  /** Those that know by whom memory was changed. */
  private static final Set<Strategy> SAMPLING = EnumSet.of(Strategy.QUEUE, Strategy.ADAPTIVE);

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = TimeLength.Converter.class,
      description = "from round to round, as in 200ms, 1s, 2m (default: 1s)")
  TimeLength interval = new TimeLength(SECOND);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "end after so many rounds (default: when the process ends, or with Ctrl-C)")
  long rounds = Long.MAX_VALUE;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      converter = StrategyOrAuto.Converter.class,
      description =
          "queue, pagemap-scan, adaptive, pagemap, bpf-queue, soft-dirty-queue or kernel-queue; auto is the"
              + " best that is usable (default: auto)")
  StrategyOrAuto strategy = StrategyOrAuto.AUTO;

  @Option(
      names = "--only",
      paramLabel = "A-B|MAPPING",
      converter = PlaceText.class,
      description =
          "only these addresses, or the mappings of this name: a path as in /proc/PID/maps or its"
              + " last part, [heap], [stack], [anon] for those without one; may be repeated")
  List<Place> only = new ArrayList<>();

  @Option(
      names = "--exact",
      description =
          "end each round with a look at everything, and say what the queue alone would have"
              + " missed")
  boolean exact;

  @Option(
      names = "--follow",
      description = "also track the processes that it starts, each as a target of its own")
  boolean follow;

  @Option(
      names = "--split-huge",
      description = "track although more than 64 MiB of huge pages will be split for good")
  boolean splitHuge;

  @Option(
      names = "--no-frame",
      description =
          "write nothing to the stack of the thread that is stopped; if this program is killed in"
              + " that very moment, the thread is lost (docs/guarantees.md)")
  boolean noFrame;

  @Option(
      names = "--explain",
      description = "with --strategy adaptive: after each round, what it will do next and why")
  boolean explain;

  @Option(names = "--json", description = "an object a line, one a round and last the summary")
  boolean json;

  @Option(
      names = "--heatmap",
      description =
          "draw a map of memory that may be written, by time; lines where the output is no terminal"
              + " of 80 columns and 21 lines, or TERM is dumb")
  boolean heatmap;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "write there (default: standard output; of run, standard error)")
  @Nullable Path output;

  @Mixin LiveFiles files = new LiveFiles();

  /** Throws {@link UsageMistake} where a value alone makes no sense. */
  void check() {
    files.check(output);
    if (rounds < 1) {
      throw new UsageMistake("--rounds " + rounds + " leaves nothing to see; give at least 1");
    }
    if (json && heatmap) {
      throw new UsageMistake("--json and --heatmap are two ways to write; give one of them");
    }
    if (files.stacks && !strategy.strategy().map(SAMPLING::contains).orElse(true)) {
      throw new UsageMistake(
          "--stacks needs a strategy that samples page faults; leave out --strategy, or give queue"
              + " or adaptive");
    }
    if (heatmap && output != null) {
      throw new UsageMistake("--heatmap draws on a terminal; leave it out, or --output");
    }
    if (explain && (json || heatmap)) {
      throw new UsageMistake("--explain adds lines for people; leave out --json and --heatmap");
    }
    if (explain && !strategy.strategy().equals(Optional.of(Strategy.ADAPTIVE))) {
      throw new UsageMistake("--explain is for a strategy that chooses; add --strategy adaptive");
    }
  }

  /** {@return the running kernel} */
  Kernel kernel() {
    return LinuxTestbed.open(new ArmingOptions(!noFrame)).kernel();
  }

  LiveOptions live() {
    LiveOptions options =
        new LiveOptions(strategy.strategy(), only, exact, follow, splitHuge, QUEUE_BYTES);
    return files.stacks ? options.withStacks() : options;
  }

  /** {@return where to write, which is a standard stream unless a file is named} */
  LiveOutput output(PrintWriter standard, int descriptor) {
    return output == null ? new LiveOutput(standard, descriptor) : LiveOutput.file(output);
  }

  /** {@return that the file took less than was written} */
  OutputLostException outputCutShort() {
    return new OutputLostException(
        "--output " + output + " could not be written; see that its disk has room");
  }

  /**
   * {@return where a recording is from}
   *
   * @param origin the name of the command that makes it
   * @param what a process's name, or a command line
   */
  TraceHeader about(Kernel kernel, String origin, String what, int pid) {
    return new TraceHeader(
        origin,
        kernel.release(),
        what,
        pid,
        strategy.strategy().map(Strategy::label).orElse("auto"),
        interval.nanos(),
        System.currentTimeMillis());
  }

  LiveReport report(LiveOutput out) {
    LiveReport lines = lines(out);
    return explain
        ? new SeveralReports(List.of(lines, new Explanations(out.writer(), follow)))
        : lines;
  }

  private LiveReport lines(LiveOutput out) {
    if (json) {
      return new JsonLines(out.writer(), follow);
    }
    return heatmap && out.hasRoomForAMap()
        ? new HeatMap(out.writer(), follow)
        : new TextLines(out.writer(), follow);
  }
}
