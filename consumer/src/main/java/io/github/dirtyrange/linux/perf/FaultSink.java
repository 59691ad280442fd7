package io.github.dirtyrange.linux.perf;

/** Receives the address of each page fault that was sampled. */
@FunctionalInterface
public interface FaultSink {

  /** Takes one faulting address, exact to the byte. */
  void fault(long address);
}
