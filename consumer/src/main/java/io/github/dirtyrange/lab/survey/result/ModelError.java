package io.github.dirtyrange.lab.survey.result;

/**
 * How far the simulated kernel's round is from the running one's, at one point and of one strategy.
 *
 * @param point the point on the running kernel
 * @param name the strategy's name in reports
 * @param simulatedNanos the median of the simulated rounds
 * @param measuredNanos the median of the running kernel's rounds
 * @param spread how far those are from their own median, as a share of it: {@link Spread#relative}
 */
public record ModelError(
    SurveyPoint point, String name, double simulatedNanos, double measuredNanos, double spread) {

  /** {@return the difference as a share of what was measured; negative where less is simulated} */
  public double relative() {
    return simulatedNanos / measuredNanos - 1;
  }

  /** {@return whether the measurement itself is less certain than the error is large} */
  public boolean isWithinSpread() {
    return Math.abs(relative()) < spread;
  }
}
