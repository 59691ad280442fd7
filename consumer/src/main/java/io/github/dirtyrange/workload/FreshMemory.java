package io.github.dirtyrange.workload;

/** Where a process maps memory that nobody touched before, and reads the clock. */
interface FreshMemory {

  /** {@return the kernel's clock, in nanoseconds} */
  long nanoTime();

  /** Maps so many pages, small ones. */
  Area map(int pages);

  /** Memory that was mapped; closing it unmaps it. */
  interface Area extends AutoCloseable {

    /** Reads from a page, counted from the first. */
    void load(int page);

    /** Writes to a page, counted from the first. */
    void store(int page);

    /** Gives all pages back, so that they are as they were at first. */
    void discard();

    @Override
    void close();
  }
}
