package io.github.dirtyrange.lab.survey.result;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Says in what two plans differ. */
public final class PlanDifference {

  private PlanDifference() {}

  /** {@return the first difference, in a few words that name its option, or nothing} */
  public static Optional<String> between(SurveyPlan one, SurveyPlan other) {
    if (one.equals(other)) {
      return Optional.empty();
    }
    if (one.kernels().size() == other.kernels().size()) {
      for (int i = 0; i < one.kernels().size(); i++) {
        Optional<String> difference = between(one.kernels().get(i), other.kernels().get(i));
        if (difference.isPresent()) {
          return difference;
        }
      }
      return Optional.of(
          differs(one, other, SurveyPlan::sizes)
              ? "they differ in --mapped or --dirty"
              : ofTheRest(one, other));
    }
    return Optional.of("they differ in --kernel");
  }

  private static String ofTheRest(SurveyPlan one, SurveyPlan other) {
    if (differs(one, other, SurveyPlan::patterns)) {
      return "they differ in --pattern";
    }
    if (differs(one, other, SurveyPlan::costs)) {
      return "they differ in --costs: " + one.costs() + " and " + other.costs();
    }
    boolean shard =
        differs(one, other, SurveyPlan::shard) || differs(one, other, SurveyPlan::shards);
    return shard ? "they differ in --shard" : "they differ in --seed";
  }

  private static Optional<String> between(SurveyKernel one, SurveyKernel other) {
    if (!one.name().equals(other.name())) {
      return Optional.of("they differ in --kernel");
    }
    if (!one.release().equals(other.release())) {
      return Optional.of("they are of kernels " + one.release() + " and " + other.release());
    }
    if (!one.machine().equals(other.machine())) {
      return Optional.of("they are of machines " + one.machine() + " and " + other.machine());
    }
    if (!one.rowNames().equals(other.rowNames())) {
      return Optional.of("they differ in --strategy or --queue");
    }
    return one.equals(other)
        ? Optional.empty()
        : Optional.of("they differ in --rounds, --warmup or what the kernel allows");
  }

  private static boolean differs(
      SurveyPlan one, SurveyPlan other, Function<SurveyPlan, Object> part) {
    return !Objects.equals(part.apply(one), part.apply(other));
  }
}
