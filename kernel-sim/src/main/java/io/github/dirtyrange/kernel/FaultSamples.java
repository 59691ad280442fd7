package io.github.dirtyrange.kernel;

/**
 * Samples of the page faults of a process: hints at where its memory may have changed, which do not
 * say whether it has. A fault is sampled once it is completed, before its thread goes on.
 *
 * <p>Not safe for use by several threads.
 */
public interface FaultSamples extends AutoCloseable {

  /** Starts or goes on sampling. New samples are off. */
  void enable();

  /** Stops sampling; what was sampled stays. */
  void disable();

  /**
   * Takes out all samples, and hands out the page of each fault; the fault may have changed others
   * beside it, those of a huge page or a large folio. They come in any order, some repeatedly, and
   * all inside the sampled ranges.
   *
   * @return QUEUE if that is all there is to know; SCAN_AFTER_LOSS if samples were lost, and
   *     SCAN_BY_CHOICE if there are more than are worth reading: what was handed out is then not
   *     enough
   */
  DrainReport.Method take(Hints hints);

  /** Drops what was sampled, unread. */
  void skip();

  /** {@return the memory that rings and buffers take, in bytes} */
  long memoryBytes();

  @Override
  void close();

  /** Receives pages that may have changed, with others beside them perhaps. */
  @FunctionalInterface
  interface Hints {

    /**
     * Takes a page.
     *
     * @param pid the process that faulted there; 0 if none did, and the kernel may have changed the
     *     page by itself
     * @param tid the thread that faulted there, or 0
     * @param nanos when the fault was completed, by {@link Kernel#nanoTime}'s clock, or 0
     */
    void page(long vpn, int pid, int tid, long nanos);
  }
}
