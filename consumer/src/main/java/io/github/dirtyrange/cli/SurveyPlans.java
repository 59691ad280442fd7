package io.github.dirtyrange.cli;

import io.github.dirtyrange.costs.CostModelFile;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.lab.MachineLacksException;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * A survey's plan, and the kernels to measure it on.
 *
 * @param plan what to measure
 * @param testbeds where, by the kernels' names
 * @param leftOut why some of what was asked for is not in the plan, for people; empty if all is
 */
record SurveyPlans(
    SurveyPlan plan, Map<String, Supplier<Testbed>> testbeds, Optional<String> leftOut) {

  private static final long QUEUE_BYTES = 64L << 20;

  /** Opens the kernels that the options name, and plans for what they are. */
  static SurveyPlans of(SurveyOptions options) {
    CostModel costs = CompareOptions.costs(options.costs);
    String costsName = options.costs == null ? "default" : fingerprint(costs);
    List<SurveyKernel> kernels = new ArrayList<>();
    Map<String, Supplier<Testbed>> testbeds = new LinkedHashMap<>();
    long memoryBytes = Long.MAX_VALUE;
    Profile simulated = simulated(options);
    for (KernelChoice choice : options.kernels.kernels()) {
      Testbed testbed = choice.open(simulated, costs);
      SurveyKernel kernel = kernel(choice, testbed.kernel(), options, costsName);
      kernels.add(kernel);
      testbeds.put(
          kernel.name(),
          kernel.isSimulated() ? () -> choice.open(simulated, costs) : () -> testbed);
      memoryBytes = Math.min(memoryBytes, testbed.memoryBytes());
    }
    SurveyPlan plan =
        new SurveyPlan(
            kernels,
            options.sizes(memoryBytes),
            options.patterns(),
            options.seed,
            QUEUE_BYTES,
            options.kernels.simulates() ? costsName : "none",
            options.shard.number(),
            options.shard.of());
    check(plan, memoryBytes);
    return new SurveyPlans(plan, testbeds, leftOut(options.sharesTooLarge(memoryBytes)));
  }

  private static Optional<String> leftOut(List<String> tooLarge) {
    return tooLarge.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "left out, since at most "
                + SurveyOptions.MAX_DIRTY_PAGES
                + " pages can be changed in a round: "
                + String.join(", ", tooLarge));
  }

  /**
   * {@return what to simulate} Beside a running kernel that lacks soft-dirty it is one that lacks
   * it, too: otherwise strategies would not be the same there.
   */
  private static Profile simulated(SurveyOptions options) {
    boolean lacksSoftDirty =
        options.kernels == SurveyKernels.BOTH
            && !KernelChoice.LINUX
                .open(CostModel.defaults())
                .kernel()
                .capabilities()
                .has(Capability.SOFT_DIRTY);
    return lacksSoftDirty ? Profile.V7_3.with(Quirk.NO_SOFT_DIRTY) : Profile.V7_3;
  }

  private static void check(SurveyPlan plan, long memoryBytes) {
    List<SurveySize> sizes = plan.sizes();
    long most = Pages.address(sizes.get(sizes.size() - 1).mappedPages());
    if (most > memoryBytes) {
      throw new MachineLacksException(
          Units.bytes(most)
              + " cannot be mapped and populated: this machine has "
              + Units.bytes(memoryBytes)
              + " to spare; give --mapped less");
    }
    int points = plan.whole().points().size();
    if (plan.shards() > points) {
      throw new UsageMistake(
          "--shard "
              + plan.shard()
              + "/"
              + plan.shards()
              + ": "
              + Units.count(points, "point")
              + (points == 1 ? " is" : " are")
              + " too few for so many shards");
    }
  }

  private static SurveyKernel kernel(
      KernelChoice choice, Kernel kernel, SurveyOptions options, String costsName) {
    Capabilities capabilities = kernel.capabilities();
    Map<String, String> hasNot = new LinkedHashMap<>();
    capabilities.all().stream()
        .filter(each -> !each.available())
        .forEach(each -> hasNot.put(each.name(), each.detail()));
    boolean simulated = choice == KernelChoice.SIM;
    return new SurveyKernel(
        simulated ? SurveyKernel.SIM : SurveyKernel.LINUX,
        kernel.release(),
        simulated ? "virtual time, costs: " + costsName : MachineName.ofThis(),
        capabilities.all().stream().filter(Capability::available).map(Capability::name).toList(),
        hasNot,
        StrategyChoice.of(options.namedStrategies(), capabilities),
        simulated ? options.queueDesigns : List.of(),
        options.rounds(choice),
        options.warmup(choice));
  }

  /** Tells one cost model from another, whatever its file is called. */
  private static String fingerprint(CostModel costs) {
    CRC32 sum = new CRC32();
    sum.update(CostModelFile.render(costs).getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "of a file with checksum %08x", sum.getValue());
  }
}
