package io.github.dirtyrange.kernel;

/**
 * A queue of the changes to a process's pages, as proposed beside soft-dirty: the reader pays for
 * the pages changed, not for the pages mapped. Laws L1 to L9 say what is owed; {@link #claims} says
 * which of them this one keeps.
 */
public interface ChangeQueue extends AutoCloseable {

  /** {@return the laws that this design keeps} */
  Claims claims();

  /**
   * Takes out everything queued since the last drain, arms those pages again and then hands them to
   * the sink.
   *
   * @return how it was done
   */
  DrainReport drain(ChangeSink sink);

  /**
   * Drains, and completes the drain with an exact scan of every range: after it, all laws that are
   * claimed after an exact scan hold. Costs time in proportion to what is mapped.
   */
  DrainReport drainExactly(ChangeSink sink);

  /** Starts or goes on queueing. A new queue is on. */
  void enable();

  /** Stops queueing: changes made meanwhile are not queued. What is queued stays. */
  void disable();

  /** {@return the memory that the queue takes now, in bytes: rings, buffers and maps} */
  long memoryBytes();

  @Override
  void close();
}
