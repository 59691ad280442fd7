package io.github.dirtyrange.kernel;

/**
 * Mapped pages in a queue's ranges of which it does not see every change. "Nothing changed" is said
 * of the others only.
 *
 * @param startVpn first page
 * @param endVpn page after the last
 * @param reason why, for people
 */
public record Unseen(long startVpn, long endVpn, String reason) {

  /** {@return how many pages are not seen} */
  public long pages() {
    return endVpn - startVpn;
  }
}
