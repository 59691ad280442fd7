package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.MemoryGoneException;

/** Is told what a session comes upon, in the order in which it does. */
public interface LiveEvents {

  /**
   * A process is tracked from now on.
   *
   * @param executed whether it was tracked before and executed this program: all that was told of
   *     it before is gone
   */
  void tracked(LiveTarget target, boolean executed);

  /**
   * A process that belongs to the session started another. Both may be tracked later, or never.
   *
   * @param parentPid who did
   * @param pid the child's number
   * @param nanos when, on the kernel's clock: when the kernel recorded it or, where children are
   *     looked up, when that was done
   */
  default void forked(int parentPid, int pid, long nanos) {}

  /** A process had its round. */
  void round(LiveTarget target, LiveRound round);

  /**
   * After a round: how the next one will be gone about, where the strategy has a choice.
   *
   * @param why for people, in one line
   */
  default void explained(LiveTarget target, String why) {}

  /**
   * After a round, where call chains were asked for: by which of them its changes were made.
   *
   * @param stacks none of a round that read no samples
   */
  default void stacks(LiveTarget target, LiveRound round, RoundStacks stacks) {}

  /** A process has ended, or its memory has gone for another reason. */
  void ended(LiveTarget target, MemoryGoneException.Reason reason);

  /**
   * A process is there, or was, and is not tracked.
   *
   * @param pid its number
   * @param name its name, empty where nobody knows it any more
   * @param why for people
   */
  void notTracked(int pid, String name, String why);
}
