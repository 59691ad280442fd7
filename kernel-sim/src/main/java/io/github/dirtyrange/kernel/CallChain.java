package io.github.dirtyrange.kernel;

import java.util.Arrays;

/**
 * Addresses of code, from where a thread was on to its callers. Of callers each is where the call
 * returns to: the call itself ends one byte before.
 */
public final class CallChain {

  private final long[] addresses;
  private final boolean cut;

  private CallChain(long[] addresses, boolean cut) {
    this.addresses = addresses;
    this.cut = cut;
  }

  /**
   * {@return a chain of these addresses, which are copied}
   *
   * @param addresses the innermost first
   * @param cut whether there may be callers beyond the last
   */
  public static CallChain of(long[] addresses, boolean cut) {
    return new CallChain(addresses.clone(), cut);
  }

  /** {@return how many addresses there are} */
  public int depth() {
    return addresses.length;
  }

  /** {@return an address, the innermost being 0} */
  public long address(int index) {
    return addresses[index];
  }

  /** {@return an address inside the instruction that a frame is at: of a caller, its call} */
  public long codeAddress(int index) {
    return index == 0 ? addresses[0] : addresses[index] - 1;
  }

  /** {@return whether there may be callers beyond the last: it is as deep as was asked for} */
  public boolean isCut() {
    return cut;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallChain chain
        && cut == chain.cut
        && Arrays.equals(addresses, chain.addresses);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(addresses) + Boolean.hashCode(cut);
  }
}
