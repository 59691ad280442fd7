package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import java.util.EnumMap;
import java.util.Map;

/** Counts by what the pages were changed that drains hand out. A page may have several causes. */
final class ToldCauses implements Completion {

  private final PassedChanges passed;
  private Masks told = new Masks();

  ToldCauses(PassedChanges passed) {
    this.passed = passed;
  }

  @Override
  public void told(long startVpn, long endVpn) {
    told.add(startVpn, endVpn, 1);
  }

  /** {@inheritDoc} What was done besides, nobody asks. */
  @Override
  public void end() {
    passed.clear();
  }

  @Override
  public CauseCounts takeCauses() {
    Map<ChangeCause, Long> pages = new EnumMap<>(ChangeCause.class);
    passed.count(told, pages);
    told = new Masks();
    return new CauseCounts(pages);
  }

  @Override
  public long memoryBytes() {
    return passed.memoryBytes();
  }
}
