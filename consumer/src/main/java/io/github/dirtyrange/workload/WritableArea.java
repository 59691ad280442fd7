package io.github.dirtyrange.workload;

/** Memory that a workload writes in: the first eight bytes of each of its pages. */
interface WritableArea {

  /** {@return the first page's number} */
  long baseVpn();

  /** {@return the number of a page, counted from the first} */
  default long vpn(int page) {
    return baseVpn() + page;
  }

  /** Writes to the start of a page, counted from the first. */
  void store(int page, long value);
}
