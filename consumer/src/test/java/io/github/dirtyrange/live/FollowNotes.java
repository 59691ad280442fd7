package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.live.result.LiveEvents;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What happened, in order. */
class FollowNotes implements LiveEvents {

  final List<Integer> tracked = new ArrayList<>();
  final Set<Integer> ended = new HashSet<>();
  final List<Integer> refusals = new ArrayList<>();
  final Map<Integer, String> notTracked = new HashMap<>();
  final Map<Integer, String> names = new HashMap<>();
  final Map<Integer, Long> changed = new HashMap<>();
  int executed;

  /** {@return all processes of which something was said} */
  Set<Integer> named() {
    Set<Integer> named = new HashSet<>(tracked);
    named.addAll(notTracked.keySet());
    return named;
  }

  @Override
  public void tracked(LiveTarget target, boolean isExecuted) {
    executed += isExecuted ? 1 : 0;
    tracked.add(target.pid());
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    changed.merge(target.pid(), round.changedPages(), Long::sum);
  }

  @Override
  public void ended(LiveTarget target, Reason reason) {
    ended.add(target.pid());
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    refusals.add(pid);
    notTracked.put(pid, why);
    names.put(pid, name);
  }
}
