package io.github.dirtyrange.live.result;

/**
 * A part of a mapping.
 *
 * @param startVpn first page
 * @param endVpn page after the last
 * @param mapping the mapping's name
 */
public record MappedPart(long startVpn, long endVpn, String mapping) {

  /** {@return how many pages there are} */
  public long pages() {
    return endVpn - startVpn;
  }
}
