package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says in what two plans differ: in which options, and in which values if these are short. */
public final class PlanDifference {

  /** Both values together may have so many characters. */
  private static final int MOST_CHARACTERS = 100;

  private final SurveyPlan one;
  private final SurveyPlan other;

  /** What differs, by its option or what else it is called, and the values that it has. */
  private final Map<String, String> differences = new LinkedHashMap<>();

  private PlanDifference(SurveyPlan one, SurveyPlan other) {
    this.one = one;
    this.other = other;
  }

  /** {@return all that differs, in a few words, the first plan's values first; or nothing} */
  public static Optional<String> between(SurveyPlan one, SurveyPlan other) {
    return one.equals(other)
        ? Optional.empty()
        : Optional.of("they differ in " + new PlanDifference(one, other).text());
  }

  private String text() {
    compare("--kernel", one.kernels(), other.kernels(), PlanDifference::names);
    for (SurveyKernel kernel : one.kernels()) {
      other.kernel(kernel.name()).ifPresent(same -> compare(kernel, same));
    }
    compareSizes();
    compare("--pattern", one, other, plan -> labels(plan.patterns()));
    compare("--costs", one, other, SurveyPlan::costs);
    compare("--seed", one, other, SurveyPlan::seed);
    compare("memory of the queue", one, other, plan -> Units.bytes(plan.queueBytes()));
    compare("--shard", one, other, plan -> plan.shard() + "/" + plan.shards());
    return differences.entrySet().stream()
        .map(each -> each.getKey() + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private void compare(SurveyKernel kernel, SurveyKernel same) {
    compare("the kernel's release", kernel, same, SurveyKernel::release);
    if (!kernel.isSimulated() || one.costs().equals(other.costs())) {
      compare("the machine", kernel, same, SurveyKernel::machine);
    }
    if (!kernel.has().equals(same.has()) || !kernel.hasNot().equals(same.hasNot())) {
      differences.putIfAbsent("what the kernel allows", allowedByOne(kernel, same));
    }
    compare("--strategy", kernel, same, each -> strategies(each.strategies()));
    compare("--queue", kernel, same, each -> listed(each.queueDesigns()));
    compare("--rounds", kernel, same, SurveyKernel::rounds);
    compare("--warmup", kernel, same, SurveyKernel::warmup);
  }

  private static String allowedByOne(SurveyKernel kernel, SurveyKernel same) {
    TreeSet<String> names = new TreeSet<>(kernel.has());
    names.addAll(same.has());
    names.removeIf(name -> kernel.has().contains(name) && same.has().contains(name));
    return names.isEmpty() ? "" : " (" + String.join(", ", names) + ")";
  }

  /** What is changed depends on the size, and only of the same size tells something. */
  private void compareSizes() {
    compare("--mapped", one, other, plan -> sizes(plan.sizes()));
    for (SurveySize size : one.sizes()) {
      other.sizes().stream()
          .filter(same -> same.mappedPages() == size.mappedPages())
          .forEach(
              same ->
                  compare(
                      "--dirty",
                      size,
                      same,
                      each -> listed(each.dirtyPages().stream().map(String::valueOf).toList())));
    }
  }

  private <T> void compare(String name, T mine, T others, Function<T, Object> value) {
    String first = String.valueOf(value.apply(mine));
    String second = String.valueOf(value.apply(others));
    if (first.equals(second)) {
      return;
    }
    boolean isShort = first.length() + second.length() <= MOST_CHARACTERS;
    differences.putIfAbsent(name, isShort ? " (" + first + " and " + second + ")" : "");
  }

  private static String names(List<SurveyKernel> kernels) {
    return listed(kernels.stream().map(SurveyKernel::name).toList());
  }

  private static String strategies(List<Strategy> strategies) {
    return listed(strategies.stream().map(Strategy::label).toList());
  }

  private static String labels(List<PagePattern> patterns) {
    return listed(patterns.stream().map(PagePattern::label).toList());
  }

  private static String sizes(List<SurveySize> sizes) {
    return listed(
        sizes.stream().map(size -> Units.bytes(Pages.address(size.mappedPages()))).toList());
  }

  private static String listed(List<String> values) {
    return values.isEmpty() ? "none" : String.join(",", values);
  }
}
