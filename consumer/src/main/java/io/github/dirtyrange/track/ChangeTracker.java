package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * A way to find the pages of a process that changed: arm, let it run, collect, and so on.
 *
 * <p>Closing a tracker closes what it opened, never the process.
 */
public interface ChangeTracker extends AutoCloseable {

  /** {@return the strategy's name on the command line and in reports} */
  String name();

  /** {@return what it does on this kernel and by which state, in less than a line for people} */
  String mechanism();

  /** {@return what more there is to say of how it works here; empty if there is no more} */
  default String details() {
    return "";
  }

  /**
   * {@return for people, in one line: how it will go about the next round and why, where it has a
   * choice; otherwise empty}
   */
  default String explain() {
    return "";
  }

  /** {@return the laws of a change queue that this strategy keeps} */
  Claims claims();

  /** Arms every page and switches the mechanism on: what changed before is forgotten. */
  void start();

  /**
   * Finds the pages that changed since {@link #start} or the last call, re-arms them, and puts them
   * into {@code changed}, which is emptied first.
   */
  Round collect(ChangedPages changed);

  /** As {@link #collect}, and certain to be complete, at the cost of a scan if need be. */
  Round collectExactly(ChangedPages changed);

  /**
   * {@return the mapped pages in the tracked ranges of which not every change is seen, as of now,
   * in ascending order} That a round does not have a page says nothing of these (law L11): who
   * needs them copies them each time. Costs a look at the mappings.
   */
  List<Unseen> unseen();

  /**
   * {@return whose changes the last collection was told of, the busiest thread first; empty where
   * nobody knows}
   */
  default List<ThreadPages> threads() {
    return List.of();
  }

  /** {@return by which call chains, where they were asked for; nothing where nobody knows} */
  default ChangeStacks stacks() {
    return ChangeStacks.NONE;
  }

  /** Switches the mechanism off: other strategies may now use the process undisturbed. */
  void stop();

  /** {@return the memory that the strategy's buffers and queues take, in bytes} */
  long memoryBytes();

  @Override
  void close();
}
