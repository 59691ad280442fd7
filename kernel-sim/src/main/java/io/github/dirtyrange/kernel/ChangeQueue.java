package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * A queue of the changes to a process's pages, as proposed beside soft-dirty: the reader pays for
 * the pages changed, not for the pages mapped. Laws L1 to L12 say what is owed; {@link #claims}
 * says which of them this one keeps. docs/kernel-api.md has it as the file descriptor that it would
 * be.
 *
 * <p>Not safe for use by several threads.
 */
public interface ChangeQueue extends AutoCloseable {

  /** {@return the laws that this design keeps} */
  Claims claims();

  /** {@return the categories that it tells of, asked for or not} */
  QueueCategories categories();

  /**
   * Waits until something has changed (poll). A simulated process does nothing while it is waited
   * for, so a simulated queue answers at once.
   *
   * @param timeoutNanos how long at most; 0 only asks
   * @return whether a drain may hand out something; after an interrupt, false
   */
  boolean await(long timeoutNanos);

  /**
   * Takes out changes, in ascending order, until the buffer is full or the drain is complete
   * (read). Each page is armed again before it is handed out, in the step in which its state is
   * read.
   *
   * <p>A drain takes everything queued when it begins. If it does not fit, the next call goes on
   * with the rest, and what changed meanwhile is in the next drain. {@link DrainReport#complete}
   * tells.
   *
   * <p>A call that fails has put nothing into the buffer: where something is in it already, that is
   * returned, and the next call fails (as read(2) does it).
   *
   * @param buffer emptied first
   */
  DrainReport drain(PageChangeBuffer buffer);

  /**
   * Takes out everything queued since the last drain, arms those pages again and then hands them to
   * the sink. Completes a drain that was begun with a buffer, if there is one.
   *
   * <p>A region is told when the sink has returned. If it throws, that region and all that follow
   * stay: the next call goes on with them, in the same drain (law L10).
   *
   * @return how it was done
   */
  DrainReport drain(ChangeSink sink);

  /**
   * Drains, and completes the drain with an exact scan of every range: after it, all laws that are
   * claimed after an exact scan hold. Costs time in proportion to what is mapped. Where it
   * completes a drain that was begun, it may hand out pages before, and of, what that has handed
   * out.
   */
  DrainReport drainExactly(ChangeSink sink);

  /**
   * Hands out what {@link #drain(ChangeSink)} would hand out, in order, and neither takes nor arms
   * anything: the rest of a drain that was begun with a buffer, else all that is queued.
   */
  void peek(ChangeSink sink);

  /**
   * {@return the mapped pages in the ranges of which the queue does not see every change, as of
   * now, ascending, disjoint, and as long as they can be for one reason} What a drain says, and
   * does not say, is of the others only.
   *
   * <p>A page that was seen and is not any more counts as changed: the next drain that notices
   * tells it with {@link Categories#COARSE}, an exact one always does, and each exact one that
   * follows tells it again for as long as it stays so. Asking costs a look at the mappings.
   *
   * @throws MemoryGoneException if the memory has gone
   */
  List<Unseen> unseen();

  /**
   * {@return whose changes the last drain was told of, as far as this kernel knows: each thread
   * once, the busiest first; empty where nothing is known}
   */
  default List<ThreadPages> threads() {
    return List.of();
  }

  /**
   * {@return by which call chains the changes that {@link #threads} counts were made, where {@link
   * ChangeQueueOptions#chainDepth} asked for them and this kernel has them}
   */
  default ChangeStacks stacks() {
    return ChangeStacks.NONE;
  }

  /** {@return whether the queue had to be inexact, or was full, since it was opened} */
  QueueStatus status();

  /** {@return what the process pays for each page of which a change is queued} */
  default Cost recordCost() {
    return Cost.QUEUE_RECORD;
  }

  /** {@return for people, in half a line: what it goes by here and now; empty if nothing} */
  default String describe() {
    return "";
  }

  /**
   * {@return for people: how it works here, and all that it has learnt; empty if there is no more}
   */
  default String details() {
    return "";
  }

  /**
   * Starts or goes on queueing. A new queue is on. What is written from the beginning of this call
   * on is told by the first drain after it (law L12).
   */
  void enable();

  /**
   * Stops queueing: changes made meanwhile are not queued. What is queued stays.
   *
   * <p>After {@link #enable}, what was written meanwhile and is still mapped is told by the next
   * drain, or, of a queue that is complete after an exact scan alone, by the next {@link
   * #drainExactly}. What was unmapped, moved or dropped no scan can find: a queue that claims
   * {@link Law#FOLLOWS_PAGES} tells of it in the next drain all the same, the place that pages were
   * moved to included; of any other, a reader has to compare the mappings before and after. What
   * else became present or swapped nothing tells: a reader that keeps a map of that reads it anew.
   */
  void disable();

  /** {@return the memory that the queue takes now, in bytes: rings, buffers and maps} */
  long memoryBytes();

  @Override
  void close();
}
