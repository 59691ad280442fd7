package io.github.dirtyrange.kernel;

/**
 * A half-open range of virtual page numbers, never empty.
 *
 * @param startVpn first page
 * @param endVpn page after the last
 */
public record PageRange(long startVpn, long endVpn) {

  /** Checks that the range is not empty and not negative. */
  public PageRange {
    if (startVpn < 0 || endVpn <= startVpn) {
      throw new IllegalArgumentException(
          "page range [" + startVpn + ", " + endVpn + ") is empty or negative");
    }
  }

  /** {@return how many pages the range holds} */
  public long pages() {
    return endVpn - startVpn;
  }

  /** {@return whether the page lies in the range} */
  public boolean contains(long vpn) {
    return vpn >= startVpn && vpn < endVpn;
  }
}
