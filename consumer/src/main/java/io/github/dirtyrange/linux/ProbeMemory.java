package io.github.dirtyrange.linux;

import io.github.dirtyrange.linux.perf.FaultSampler;

/** A page to try things on, and the process that has it: this one, or a child. */
interface ProbeMemory extends AutoCloseable {

  /** {@return the process's number} */
  int pid();

  /** {@return the page's address} */
  long address();

  /** Writes eight bytes to the page. */
  void put(long value);

  /** Gives the page back: it is to be touched for the first time again. */
  void discard();

  /** Registers the page by a userfaultfd of the process and write-protects it. */
  Armed arm();

  /** Opens a sampler, off, of the faults of who touches the page. */
  FaultSampler openSampler(long ringBytes);

  @Override
  void close();

  /**
   * An armed page; closing disarms it.
   *
   * @param kind for people, which kind of userfaultfd the kernel granted
   * @param disarm what closing does
   */
  record Armed(String kind, Runnable disarm) implements AutoCloseable {
    @Override
    public void close() {
      disarm.run();
    }
  }
}
