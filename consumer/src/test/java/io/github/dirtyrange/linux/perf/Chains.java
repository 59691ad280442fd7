package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;

/** Call chains as a ring hands them out. */
public final class Chains {

  private Chains() {}

  /** {@return a chain of these addresses, of which so many were asked for} */
  public static SampledChain of(int mostDepth, long... addresses) {
    SampledChain chain = new SampledChain(mostDepth);
    chain.add(Abi.PERF_CONTEXT_USER);
    for (long address : addresses) {
      chain.add(address);
    }
    return chain;
  }
}
