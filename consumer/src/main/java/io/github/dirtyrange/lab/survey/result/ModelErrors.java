package io.github.dirtyrange.lab.survey.result;

import com.google.common.math.Quantiles;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The simulated rounds beside the measured ones, where a survey has both. Queues are no part of it:
 * the simulated kernel has one of its own, and on Linux one is made of samples and scans. Nor is
 * what goes over to a queue where that is cheaper, nor who is told the pages and finds none.
 *
 * @param clear those whose error is larger than the measurement's own spread
 * @param withinSpread the others
 */
public record ModelErrors(List<ModelError> clear, List<ModelError> withinSpread) {

  private static final Set<Strategy> FINDING = EnumSet.of(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN);

  /** Copies the lists. */
  public ModelErrors {
    clear = List.copyOf(clear);
    withinSpread = List.copyOf(withinSpread);
  }

  /** {@return the errors of all points and strategies that both kernels have} */
  public static ModelErrors of(SurveyResult result) {
    List<ModelError> clear = new ArrayList<>();
    List<ModelError> withinSpread = new ArrayList<>();
    for (MeasuredPoint measured : result.points()) {
      if (!measured.point().kernel().equals(SurveyKernel.LINUX)) {
        continue;
      }
      Optional<MeasuredPoint> simulated = result.at(measured.point().on(SurveyKernel.SIM));
      for (SurveyRow row : measured.rows()) {
        if (!FINDING.contains(row.strategy())) {
          continue;
        }
        simulated
            .flatMap(other -> other.row(row.name()))
            .map(other -> error(measured.point(), row, other))
            .ifPresent(error -> (error.isWithinSpread() ? withinSpread : clear).add(error));
      }
    }
    return new ModelErrors(clear, withinSpread);
  }

  private static ModelError error(SurveyPoint point, SurveyRow measured, SurveyRow simulated) {
    Spread round = measured.round();
    return new ModelError(
        point, measured.name(), simulated.round().median(), round.median(), round.relative());
  }

  /** {@return whether no point was measured on both kernels} */
  public boolean isEmpty() {
    return clear.isEmpty() && withinSpread.isEmpty();
  }

  /** {@return the names of those strategies that the errors are of, with commas between} */
  public String strategies() {
    return Stream.concat(clear.stream(), withinSpread.stream())
        .map(ModelError::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** {@return the median of all errors' sizes, of which there must be one} */
  public double median() {
    List<Double> sizes = new ArrayList<>();
    clear.forEach(error -> sizes.add(Math.abs(error.relative())));
    withinSpread.forEach(error -> sizes.add(Math.abs(error.relative())));
    return Quantiles.median().compute(sizes);
  }

  /** {@return the clear error by which the two are the most times apart, if there is one} */
  public Optional<ModelError> worst() {
    return clear.stream().max(Comparator.comparingDouble(ModelErrors::times));
  }

  private static double times(ModelError error) {
    return Math.abs(Math.log(error.simulatedNanos() / error.measuredNanos()));
  }
}
