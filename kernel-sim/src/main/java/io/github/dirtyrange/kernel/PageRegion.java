package io.github.dirtyrange.kernel;

/**
 * A range of pages with the categories that all of them share (Linux: {@code struct page_region},
 * which counts in bytes).
 *
 * @param startVpn first page
 * @param endVpn page after the last
 * @param categories bits of {@link Categories}
 */
public record PageRegion(long startVpn, long endVpn, long categories) {

  @Override
  public String toString() {
    return String.format("[%x,%x) %s", startVpn, endVpn, Categories.toString(categories));
  }
}
