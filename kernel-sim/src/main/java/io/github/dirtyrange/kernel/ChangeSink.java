package io.github.dirtyrange.kernel;

/** Receives the regions of a drain one by one, in ascending order. */
@FunctionalInterface
public interface ChangeSink {

  /**
   * Takes one region (law L8).
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param changed the categories that had a transition since the last drain, with GONE, COARSE and
   *     HOT
   * @param now the categories that hold at the drain, before re-arming; 0 in a COARSE region
   */
  void accept(long startVpn, long endVpn, long changed, long now);
}
