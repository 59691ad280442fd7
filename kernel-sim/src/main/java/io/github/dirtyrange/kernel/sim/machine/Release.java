package io.github.dirtyrange.kernel.sim.machine;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of Linux. The first two numbers name its series; the third one is that of the stable
 * release, 0 for the first of a series.
 *
 * @param major the first number
 * @param minor the second number
 * @param stable the third number
 */
public record Release(int major, int minor, int stable) implements Comparable<Release> {

  private static final Pattern NUMBERS =
      Pattern.compile("([1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})(?:\\.(0|[1-9]\\d{0,4}))?");
  private static final Comparator<Release> ORDER =
      Comparator.comparingInt(Release::major)
          .thenComparingInt(Release::minor)
          .thenComparingInt(Release::stable);

  /** The releases that the simulated kernel was held against, page by page. */
  public static final List<Release> MEASURED =
      List.of(of("6.1.176"), of("6.12.95"), of("6.18.44"), of("7.3.4"));

  private static final Release OLDEST = of("6.1");
  private static final Release NEWEST = of("7.3");
  private static final int LAST_MINOR_OF_6 = 19;

  /**
   * {@return the release of that name; without a third number the first one of its series}
   *
   * @throws IllegalArgumentException if it is no release's name; the message says how one looks
   */
  public static Release of(String name) {
    Matcher numbers = numbers(name);
    String stable = numbers.group(3);
    return new Release(
        Integer.parseInt(numbers.group(1)),
        Integer.parseInt(numbers.group(2)),
        stable == null ? 0 : Integer.parseInt(stable));
  }

  /**
   * {@return the release to simulate for a name} A name without a third number means its series: as
   * it was measured, if it was, or else its first release.
   *
   * @throws IllegalArgumentException if it is not simulated; the message says what is
   */
  public static Release simulated(String name) {
    Release release = of(name);
    if (release.compareSeries(OLDEST) < 0
        || release.compareSeries(NEWEST) > 0
        || (release.major == OLDEST.major && release.minor > LAST_MINOR_OF_6)) {
      throw new IllegalArgumentException(
          "there is no Linux '" + name + "' to simulate; give one from 6.1 to 6.19 or 7.0 to 7.3");
    }
    return numbers(name).group(3) == null ? asMeasured(release) : release;
  }

  /** {@return the nearest release that is simulated: this one, or one at an end of the range} */
  public Release nearestSimulated() {
    if (compareSeries(OLDEST) < 0) {
      return asMeasured(OLDEST);
    }
    return compareSeries(NEWEST) > 0 ? asMeasured(NEWEST) : this;
  }

  /** {@return what follows every stable release of this series} */
  Release nextSeries() {
    return new Release(major, minor + 1, 0);
  }

  /** {@return negative, zero or positive, as the series is older, the same or newer} */
  int compareSeries(Release other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public int compareTo(Release other) {
    return ORDER.compare(this, other);
  }

  /** {@return the name, without a third number that is 0} */
  @Override
  public String toString() {
    return major + "." + minor + (stable == 0 ? "" : "." + stable);
  }

  private static Release asMeasured(Release series) {
    return MEASURED.stream()
        .filter(measured -> measured.compareSeries(series) == 0)
        .findFirst()
        .orElse(series);
  }

  private static Matcher numbers(String name) {
    Matcher numbers = NUMBERS.matcher(name);
    if (!numbers.matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a release of Linux; write it as 6.8 or 6.12.95");
    }
    return numbers;
  }
}
