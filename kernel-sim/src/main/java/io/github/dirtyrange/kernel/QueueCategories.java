package io.github.dirtyrange.kernel;

/**
 * Which categories a change queue tells of.
 *
 * @param changed the categories whose transitions are told, beside GONE, COARSE and HOT
 * @param now the categories that {@code now} has of a region that is not coarse; a bit that is not
 *     among them is 0 there, and says nothing
 */
public record QueueCategories(long changed, long now) {

  @Override
  public String toString() {
    return "changed " + Categories.toString(changed) + ", now " + Categories.toString(now);
  }
}
