package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.linux.ArmingOptions;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options of {@code compare} for a live process, and which of the others go with them. */
final class LiveCompareOptions {

  private static final TimeLength SECOND = TimeLength.parse("1s");

  /** What a workload of ours is told, and a live process cannot be. */
  private static final List<String> OF_WORKLOADS =
      List.of(
          "--kernel",
          "--profile",
          "--costs",
          "--mapped",
          "--dirty",
          "--pattern",
          "--warmup",
          "--busy",
          "--queue",
          "--seed");

  private static final List<String> OF_LIVE_PROCESSES =
      List.of("--interval", "--check-content", "--split-huge", "--no-frame");

  @Option(
      names = "--pid",
      paramLabel = "PID",
      converter = ProcessNumber.Converter.class,
      description =
          "compare on this live process instead of on one of ours: in turn each strategy has it for"
              + " an interval, then it stands still, and what really changed is looked up twice, in"
              + " the page table and byte by byte")
  @Nullable ProcessNumber process;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = TimeLength.Converter.class,
      description = "with --pid: how long it runs between two stops, as in 200ms, 1s (default: 1s)")
  @Nullable TimeLength interval;

  @Option(
      names = "--check-content",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "with --pid: compare the bytes of a sample of the private pages, so much in all, where"
              + " there are more (default: of all pages)")
  @Nullable ByteSize content;

  @Option(
      names = "--split-huge",
      description =
          "with --pid: compare although more than 64 MiB of huge pages will be split for good")
  boolean splitHuge;

  @Option(
      names = "--no-frame",
      description =
          "with --pid: write nothing to the stack of the thread that is stopped to arm; if this"
              + " program is killed in that very moment, the thread is lost (docs/guarantees.md)")
  boolean noFrame;

  /**
   * {@return the process to compare on, if it is to be one that lives} Throws {@link UsageMistake}
   * where the options do not go together.
   */
  Optional<Integer> pid(ParseResult given) {
    if (process == null) {
      refuse(OF_LIVE_PROCESSES, given, "is for a live process; add --pid PID");
      return Optional.empty();
    }
    refuse(OF_WORKLOADS, given, "is for a workload of our own; leave it out, or --pid");
    return Optional.of(process.pid());
  }

  private static void refuse(List<String> names, ParseResult given, String why) {
    for (OptionSpec option : given.matchedOptions()) {
      if (names.contains(option.longestName())) {
        throw new UsageMistake(option.longestName() + " " + why);
      }
    }
  }

  /** {@return the kernel that the process runs on} */
  Kernel kernel() {
    return LinuxTestbed.open(new ArmingOptions(!noFrame)).kernel();
  }

  /** {@return what is to be done} */
  LivePlan plan(int pid, String name, int rounds, List<Strategy> strategies, long queueBytes) {
    return new LivePlan(
        pid,
        name,
        rounds,
        (interval == null ? SECOND : interval).nanos(),
        strategies,
        queueBytes,
        content == null ? Long.MAX_VALUE : Pages.count(content.bytes()),
        splitHuge);
  }
}
