package io.github.dirtyrange.interval;

/**
 * A walk over the regions of a window, in order, that allows its caller to change the map between
 * steps: what lies ahead is always read as it then is.
 *
 * <p>A step costs one lookup per 64 regions, or one after each change.
 */
public interface RegionCursor {

  /**
   * Goes on to the next region.
   *
   * @return whether there is one
   */
  boolean next();

  /** {@return the first page of the region} */
  long startVpn();

  /** {@return the page after the last of the region, or of the window if that comes first} */
  long endVpn();

  /** {@return what every page of the region carries} */
  long mask();
}
