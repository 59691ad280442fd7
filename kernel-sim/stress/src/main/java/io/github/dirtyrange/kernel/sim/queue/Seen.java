package io.github.dirtyrange.kernel.sim.queue;

/** The masks that drains handed out, one byte a page of eight pages. */
final class Seen {

  private Seen() {}

  /** {@return what a drain hands out now: of page i, the mask in byte i} */
  static long drain(RecordQueue queue) {
    long[] seen = {0};
    queue.drain(
        (startVpn, endVpn, changed) -> {
          for (long page = startVpn; page < endVpn; page++) {
            seen[0] |= (changed & 0xFF) << (8 * page);
          }
        });
    return seen[0];
  }
}
