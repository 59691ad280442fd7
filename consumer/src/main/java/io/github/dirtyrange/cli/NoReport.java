package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveEvents;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;

/** Takes no notice. */
final class NoReport implements LiveEvents {

  @Override
  public void tracked(LiveTarget target, boolean executed) {}

  @Override
  public void round(LiveTarget target, LiveRound round) {}

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {}

  @Override
  public void notTracked(int pid, String name, String why) {}
}
