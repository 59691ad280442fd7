package io.github.dirtyrange.kernel.sim.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Where Linux began to behave in another way: the release of the mainline, and the stable releases
 * of older series that took the change.
 *
 * @param release the first release of the mainline that behaves in the newer way
 * @param evidence how that is known
 * @param backports stable releases that took the change
 */
public record Bound(Release release, Evidence evidence, List<Backport> backports) {

  /** How a bound is known. */
  public sealed interface Evidence {}

  /**
   * A commit made the change.
   *
   * @param id its first twelve digits
   */
  public record Commit(String id) implements Evidence {}

  /** The release's sources, headers or list of changes show it; the commit is not known here. */
  public record Sources() implements Evidence {}

  /**
   * One release was seen to behave in the older way and another in the newer one. What lies between
   * them is not known; it is taken to behave in the newer way.
   *
   * @param older the last release known to behave in the older way
   * @param newer the first release known to behave in the newer way
   */
  public record Between(Release older, Release newer) implements Evidence {}

  /**
   * A stable release that took a change.
   *
   * @param release the release
   * @param measured whether it was only seen there, and may have come with an earlier release of
   *     the series; else the release's list of changes names it
   */
  public record Backport(Release release, boolean measured) {

    /** {@return the release, and whether it was only measured} */
    @Override
    public String toString() {
      return measured ? release + " (measured)" : release.toString();
    }
  }

  /** Copies the list. */
  public Bound {
    backports = List.copyOf(backports);
  }

  /** {@return a bound that a commit made} */
  public static Bound commit(String id, String release) {
    return new Bound(Release.of(release), new Commit(id), List.of());
  }

  /** {@return a bound that is known by its release alone} */
  public static Bound release(String release) {
    return new Bound(Release.of(release), new Sources(), List.of());
  }

  /** {@return a bound of which only two releases on its two sides are known} */
  public static Bound between(String older, String newer) {
    Release before = Release.of(older);
    return new Bound(before.nextSeries(), new Between(before, Release.of(newer)), List.of());
  }

  /** {@return the same, and in a stable release whose list of changes names it} */
  public Bound backported(String stable) {
    return with(new Backport(Release.of(stable), false));
  }

  /** {@return the same, and seen in a stable release} */
  public Bound measured(String stable) {
    return with(new Backport(Release.of(stable), true));
  }

  /** {@return whether a release behaves in the newer way} */
  public boolean isReachedBy(Release asked) {
    return asked.compareTo(release) >= 0
        || backports.stream()
            .map(Backport::release)
            .anyMatch(taken -> taken.compareSeries(asked) == 0 && taken.compareTo(asked) <= 0);
  }

  /** {@return whether a release lies between the two that are known, so that it is a guess} */
  public boolean isGuessedFor(Release asked) {
    return evidence instanceof Between known
        && asked.compareSeries(known.older) > 0
        && asked.compareTo(known.newer) < 0;
  }

  /** {@return the release, how it is known, and the stable releases} */
  @Override
  public String toString() {
    StringJoiner stable = new StringJoiner(", ", "; stable ", "").setEmptyValue("");
    backports.forEach(taken -> stable.add(taken.toString()));
    return mainline() + stable;
  }

  private String mainline() {
    if (evidence instanceof Between known) {
      return "between " + known.older + " and " + known.newer;
    }
    String commit = evidence instanceof Commit made ? "commit " + made.id : "commit not known";
    return release + ", " + commit;
  }

  private Bound with(Backport more) {
    List<Backport> all = new ArrayList<>(backports);
    all.add(more);
    return new Bound(release, evidence, all);
  }
}
