package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;

/**
 * The user part of a sample's call chain. There is one for each ring, filled anew for each sample:
 * who wants to keep it copies it.
 */
public final class SampledChain {

  private final long[] addresses;
  private int depth;
  private boolean user;

  SampledChain(int mostDepth) {
    addresses = new long[mostDepth];
  }

  void clear() {
    depth = 0;
    user = false;
  }

  /**
   * Adds an entry of the kernel's list: an address, or a marker that says of which part those are
   * that follow. What is beyond the most that were asked for is left out.
   */
  void add(long entry) {
    if (Long.compareUnsigned(entry, Abi.PERF_CONTEXT_MAX) >= 0) {
      user = entry == Abi.PERF_CONTEXT_USER;
    } else if (user && depth < addresses.length) {
      addresses[depth++] = entry;
    }
  }

  /** {@return how many addresses there are} */
  public int depth() {
    return depth;
  }

  /** {@return whether it is as deep as was asked for, so that there may be callers beyond} */
  public boolean isFull() {
    return depth == addresses.length;
  }

  /** Copies all addresses, the innermost first. */
  public void copyTo(long[] target, int from) {
    System.arraycopy(addresses, 0, target, from, depth);
  }
}
