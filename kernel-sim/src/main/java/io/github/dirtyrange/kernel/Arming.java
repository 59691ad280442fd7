package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * A process's memory, registered by its tracker for asynchronous write-protection (userfaultfd
 * WP_ASYNC) and armed: what WRITTEN, PAGEMAP_SCAN with WP_MATCHING and a change queue need.
 *
 * <p>A mapping made later is not registered by itself: {@link #refresh} finds it. Until then no
 * strategy that needs arming sees it. A mapping that was moved (mremap) counts as made later.
 *
 * <p>Not safe for use by several threads.
 */
public interface Arming extends AutoCloseable {

  /**
   * Registers and arms what was mapped in the tracked ranges since, and is not registered.
   *
   * @return what was added, ascending and joined where it touches: all of it counts as changed,
   *     since what was written there before was seen by nobody
   * @throws MemoryGoneException if the memory has gone
   */
  List<PageRange> refresh();

  /**
   * Takes note of what others than this arming have registered in the process's memory since the
   * last refresh, and registers nothing: from now on scans that arm leave that to them. {@link
   * #refresh} does the same.
   */
  default void leaveToOthers() {}

  /**
   * {@return the mappings that cannot be tracked, in ascending order, as of the last refresh} What
   * is written there is seen by no strategy that needs arming.
   */
  List<Refusal> refused();

  /** {@return how long one of the process's threads was stopped for this so far, in nanoseconds} */
  default long stoppedNanos() {
    return 0;
  }

  /**
   * Takes all registrations back, a slice at a time, so that the process never waits long for one
   * of its own calls; then every page reads as written. Does nothing the second time, or where the
   * memory has gone.
   */
  @Override
  void close();

  /**
   * A mapping that is not tracked.
   *
   * @param vma the mapping
   * @param reason why, for people
   */
  record Refusal(Vma vma, String reason) {}
}
