package io.github.dirtyrange.cli;

import io.github.dirtyrange.costs.CostModelFile;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code compare} that say what is run. */
final class CompareOptions {

  private static final int DEFAULT_DIRTY_PAGES = 100;
  private static final long DEFAULT_QUEUE_BYTES = 64L << 20;
  private static final long MAX_MAPPED_PAGES = 1L << 30;
  private static final long MAX_SIMULATED_PAGES = 1L << 32;

  @Option(
      names = "--kernel",
      paramLabel = "linux|sim",
      description = "the running kernel, or the simulated one in virtual time (default: linux)")
  KernelChoice kernel = KernelChoice.LINUX;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      converter = SimulatedProfile.class,
      description =
          "the kernel to simulate, from 6.1 to 7.3, for instance 6.8, 6.12.107 or"
              + " 6.18+NO_SOFT_DIRTY (default: 7.3)")
  @Nullable Profile profile;

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description =
          "what steps cost the simulated kernel, as calibrate --out wrote it (default: a virtual"
              + " machine of two CPUs)")
  @Nullable Path costs;

  @Option(
      names = "--mapped",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "memory that the workload maps and populates, in bytes or as in 8GiB, 1536MiB, 1TiB;"
              + " beyond 1TiB, in the simulator, with huge pages"
              + " (default: 4GiB, or half of the memory available)")
  @Nullable ByteSize mapped;

  @Option(
      names = "--dirty",
      paramLabel = "N|P%",
      converter = DirtyAmount.Converter.class,
      description = "pages written in a round, or their share of the mapped ones (default: 100)")
  @Nullable DirtyAmount dirty;

  @Option(
      names = "--pattern",
      paramLabel = "uniform|runs|zipf|sequential",
      description =
          "where they lie: scattered, in runs of 10, by a hot set, one after the other (default:"
              + " uniform)")
  PagePattern pattern = PagePattern.UNIFORM;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds that count, at most 1000000 (default: 20)")
  int rounds = 20;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description =
          "rounds before them that do not, at most 1000000 (default: 100, in which a queue learns what calls cost and"
              + " this program is compiled; 10 in virtual time)")
  @Nullable Integer warmup;

  @Option(
      names = "--busy",
      description =
          "the workload writes on while a strategy works; what is missed is judged after a final"
              + " exact scan")
  boolean busy;

  @Option(
      names = "--strategy",
      paramLabel = "LIST",
      split = ",",
      converter = StrategyName.class,
      description =
          "some of pagemap, pagemap-scan, queue, adaptive, bpf-queue, soft-dirty-queue, kernel-queue, perfect,"
              + " with commas between (default: all that the kernel allows)")
  List<Strategy> strategies = List.of();

  @Option(
      names = "--queue",
      paramLabel = "LIST",
      split = ",",
      converter = QueueDesignName.class,
      completionCandidates = QueueDesignName.Registered.class,
      description =
          "designs of the simulated kernel's queue to compare: some of ${COMPLETION-CANDIDATES},"
              + " or names of classes on the class path")
  List<String> queueDesigns = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "from which the pages are drawn (default: 1)")
  long seed = 1;

  @Option(
      names = "--ring",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "memory that a change queue may take, at least 4KiB (default: 64MiB)")
  @Nullable ByteSize ring;

  /** {@return the strategies named, in the order of reports; none means all} */
  Set<Strategy> namedStrategies() {
    Set<Strategy> named = EnumSet.noneOf(Strategy.class);
    named.addAll(strategies);
    return named;
  }

  /** {@return memory that a change queue may take} */
  long queueBytes() {
    return ring == null ? DEFAULT_QUEUE_BYTES : ring.bytes();
  }

  /** {@return rounds of warm-up} */
  int warmup() {
    return warmup == null ? kernel.warmup() : warmup;
  }

  /** {@return the kernel to simulate, if one is} */
  Profile simulated() {
    return profile == null ? Profile.V7_3 : profile;
  }

  /** {@return what steps cost the simulated kernel, if there is one} */
  CostModel costs() {
    return costs(costs);
  }

  /** {@return the costs of a file, or the default ones} */
  static CostModel costs(@Nullable Path costs) {
    if (costs == null) {
      return CostModel.defaults();
    }
    String named = "--costs " + costs;
    String text = InputFile.text(costs, named + ", which calibrate --out makes, cannot be read");
    try {
      return CostModelFile.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(named + " " + e.getMessage());
    }
  }

  TargetState state() {
    return busy ? TargetState.BUSY : TargetState.BLOCKED;
  }

  /** Throws {@link UsageMistake} where a value alone makes no sense. */
  void check() {
    if (rounds < 1) {
      throw new UsageMistake("--rounds " + rounds + " leaves nothing to measure; give at least 1");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--rounds", rounds);
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--warmup", warmup());
    if (!queueDesigns.isEmpty() && kernel != KernelChoice.SIM) {
      throw new UsageMistake("--queue chooses among simulated queues; add --kernel sim");
    }
    if (profile != null && kernel != KernelChoice.SIM) {
      throw new UsageMistake("--profile chooses a kernel to simulate; add --kernel sim");
    }
    if (costs != null && kernel != KernelChoice.SIM) {
      throw new UsageMistake("--costs are those of a simulated kernel; add --kernel sim");
    }
    if (warmup() < 0) {
      throw new UsageMistake("--warmup " + warmup + " is negative; give 0 or more");
    }
    if (ring != null && ring.bytes() < Pages.SIZE) {
      throw new UsageMistake("--ring " + ring.bytes() + " is less than a page; give at least 4KiB");
    }
    StrategyChoice.requireQueue(strategies, queueDesigns, ring != null);
    boolean simulated = kernel == KernelChoice.SIM;
    long maxPages = simulated ? MAX_SIMULATED_PAGES : MAX_MAPPED_PAGES;
    if (mapped != null && Pages.count(mapped.bytes()) > maxPages) {
      throw new UsageMistake(
          "--mapped "
              + Units.bytes(mapped.bytes())
              + " is too much; give at most "
              + (simulated ? "16TiB" : "4TiB, or up to 16TiB with --kernel sim"));
    }
  }

  /**
   * {@return what the workload is to do with so many bytes} Throws {@link UsageMistake} if it is to
   * write more than that.
   */
  WorkloadPlan workloadPlan(long mappedBytes) {
    long mappedPages = Pages.count(mappedBytes);
    long dirtyPages =
        dirty == null ? Math.min(DEFAULT_DIRTY_PAGES, mappedPages) : dirty.pagesOf(mappedPages);
    if (dirtyPages > mappedPages) {
      throw new UsageMistake(
          "--dirty "
              + dirtyPages
              + " is more than the "
              + mappedPages
              + " pages of "
              + Units.bytes(mappedBytes));
    }
    if (dirtyPages > MAX_MAPPED_PAGES) {
      throw new UsageMistake(
          "--dirty " + dirtyPages + " is too much; give at most " + MAX_MAPPED_PAGES + " pages");
    }
    return new WorkloadPlan(mappedPages, Math.toIntExact(dirtyPages), pattern, seed);
  }
}
