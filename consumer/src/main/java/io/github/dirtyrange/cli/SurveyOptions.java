package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.Shard;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code survey} that say what is measured. */
final class SurveyOptions {

  /** So many can be changed in a round, at most. */
  static final int MAX_DIRTY_PAGES = 1 << 30;

  private static final long MAX_LINUX_PAGES = 1L << 30;
  private static final long MAX_SIMULATED_PAGES = 1L << 32;

  @Option(
      names = "--kernel",
      paramLabel = "linux|sim|both",
      description =
          "the running kernel, the simulated one in virtual time, or the same points on both and how"
              + " far they are from each other (default: linux)")
  SurveyKernels kernels = SurveyKernels.LINUX;

  @Option(
      names = "--mapped",
      paramLabel = "SIZES",
      split = ",",
      converter = ByteSize.Converter.class,
      description =
          "mapped sizes, as in 1GiB,16GiB (default: five up to 4GiB or half of the memory available;"
              + " with --kernel sim six from 1GiB to 16TiB, beyond 1TiB in huge pages)")
  List<ByteSize> mapped = List.of();

  @Option(
      names = "--dirty",
      paramLabel = "AMOUNTS",
      split = ",",
      converter = DirtyAmount.Converter.class,
      description =
          "pages changed in a round, or shares of the mapped ones, as in 100,10000,1%% (default:"
              + " 0.001%% to 60%%; with --kernel sim 10 to 1000000)")
  List<DirtyAmount> dirty = List.of();

  @Option(
      names = "--pattern",
      paramLabel = "LIST",
      split = ",",
      description =
          "where they lie: some of uniform, runs, zipf, sequential (default: uniform,runs,zipf; with"
              + " --kernel sim runs)")
  List<PagePattern> patterns = List.of();

  @Option(
      names = "--strategy",
      paramLabel = "LIST",
      split = ",",
      converter = StrategyName.class,
      description =
          "the strategies to compare, as compare takes them (default: all that there are)")
  List<Strategy> strategies = List.of();

  @Option(
      names = "--queue",
      paramLabel = "DESIGNS",
      split = ",",
      converter = QueueDesignName.class,
      completionCandidates = QueueDesignName.Registered.class,
      description =
          "designs of the simulated kernel's queue: some of ${COMPLETION-CANDIDATES}, or names of"
              + " classes on the class path")
  List<String> queueDesigns = List.of();

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description =
          "what steps cost the simulated kernel, as calibrate --out wrote it (default: a virtual"
              + " machine of two CPUs)")
  @Nullable Path costs;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "rounds that count, at each point, at most 1000000 (default: 7; 2 in virtual time)")
  @Nullable Integer rounds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description =
          "rounds before them that do not, at most 1000000 (default: 3; 2 in virtual time)")
  @Nullable Integer warmup;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "from which the pages are drawn (default: 1)")
  long seed = 1;

  @Option(
      names = "--shard",
      paramLabel = "K/N",
      converter = ShardConverter.class,
      description =
          "of the points only every N-th, from the K-th on; gather joins what all N have measured")
  Shard shard = Shard.WHOLE;

  /** Throws {@link UsageMistake} where a value alone makes no sense. */
  void check() {
    if (rounds != null && rounds < 1) {
      throw new UsageMistake("--rounds " + rounds + " leaves nothing to measure; give at least 1");
    }
    if (warmup != null && warmup < 0) {
      throw new UsageMistake("--warmup " + warmup + " is negative; give 0 or more");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--rounds", rounds == null ? 1 : rounds);
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--warmup", warmup == null ? 0 : warmup);
    if (!kernels.simulates() && !queueDesigns.isEmpty()) {
      throw new UsageMistake("--queue chooses among simulated queues; add --kernel sim");
    }
    StrategyChoice.requireQueue(strategies, queueDesigns, false);
    dirty.forEach(SurveyOptions::check);
    if (!kernels.simulates() && costs != null) {
      throw new UsageMistake("--costs are those of a simulated kernel; add --kernel sim or both");
    }
    long most = kernels.runs() ? MAX_LINUX_PAGES : MAX_SIMULATED_PAGES;
    for (ByteSize size : mapped) {
      if (Pages.count(size.bytes()) > most) {
        throw new UsageMistake(
            "--mapped "
                + Units.bytes(size.bytes())
                + " is too much; give at most "
                + (kernels.runs() ? "4TiB, or up to 16TiB with --kernel sim" : "16TiB"));
      }
    }
  }

  private static void check(DirtyAmount amount) {
    if (amount.number().signum() == 0) {
      throw new UsageMistake("--dirty 0 leaves nothing to find; give at least 1 page");
    }
    if (!amount.percent() && amount.pagesOf(1) > MAX_DIRTY_PAGES) {
      throw tooMany("--dirty " + amount.number());
    }
  }

  private static UsageMistake tooMany(String what) {
    return new UsageMistake(what + " is too much; give at most " + MAX_DIRTY_PAGES + " pages");
  }

  /**
   * {@return the shares that the grid leaves out since they are more than can be changed, for
   * people} Of other sizes the same share may be in it.
   */
  List<String> sharesTooLarge(long memoryBytes) {
    return SurveyGrid.sharesTooLarge(mappedSizes(memoryBytes), dirty, MAX_DIRTY_PAGES);
  }

  private List<ByteSize> mappedSizes(long memoryBytes) {
    if (!mapped.isEmpty()) {
      return mapped;
    }
    return kernels.runs() ? SurveyGrid.sizesWithin(memoryBytes) : SurveyGrid.simulatedSizes();
  }

  /** {@return the sizes and amounts} Throws {@link UsageMistake} if nothing is left of them. */
  List<SurveySize> sizes(long memoryBytes) {
    List<DirtyAmount> usualAmounts =
        kernels.runs() ? SurveyGrid.usualShares() : SurveyGrid.simulatedAmounts();
    List<SurveySize> sizes =
        SurveyGrid.of(
            mappedSizes(memoryBytes), dirty.isEmpty() ? usualAmounts : dirty, MAX_DIRTY_PAGES);
    if (sizes.isEmpty()) {
      List<String> tooLarge = sharesTooLarge(memoryBytes);
      if (!tooLarge.isEmpty()) {
        throw tooMany("--dirty " + tooLarge.get(0));
      }
      throw new UsageMistake(
          "--mapped and --dirty leave no point: amounts beyond a size and shares of less than 10"
              + " pages are left out");
    }
    return sizes;
  }

  /** {@return the patterns, each once} */
  List<PagePattern> patterns() {
    if (!patterns.isEmpty()) {
      return List.copyOf(new LinkedHashSet<>(patterns));
    }
    return kernels.runs() ? SurveyGrid.usualPatterns() : SurveyGrid.simulatedPatterns();
  }

  /** {@return the strategies named, in the order of reports; none means all} */
  Set<Strategy> namedStrategies() {
    Set<Strategy> named = EnumSet.noneOf(Strategy.class);
    named.addAll(strategies);
    return named;
  }

  /** {@return rounds that count on a kernel} */
  int rounds(KernelChoice kernel) {
    return rounds != null ? rounds : kernel.surveyRounds();
  }

  /** {@return rounds of warm-up on a kernel} */
  int warmup(KernelChoice kernel) {
    return warmup != null ? warmup : kernel.surveyWarmup();
  }
}
