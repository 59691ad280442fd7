package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.linux.mm.MemoryIdentity;

/** The memory that a queue is of: whether it is there, and why not. */
interface Watched {

  /** Throws if the memory has gone. */
  void requireAlive();

  /** {@return why the memory has gone} */
  MemoryGoneException gone();

  /** {@return a process's} */
  static Watched of(MemoryIdentity identity) {
    return new Watched() {
      @Override
      public void requireAlive() {
        identity.pagemap().requireAlive();
      }

      @Override
      public MemoryGoneException gone() {
        return identity.gone();
      }
    };
  }
}
