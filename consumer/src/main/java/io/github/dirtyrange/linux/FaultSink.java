package io.github.dirtyrange.linux;

/** Receives the address of each page fault that was sampled. */
@FunctionalInterface
interface FaultSink {

  /** Takes one faulting address, exact to the byte. */
  void fault(long address);
}
