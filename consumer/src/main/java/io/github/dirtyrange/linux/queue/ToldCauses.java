package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import java.util.EnumMap;
import java.util.Map;

/** Counts by what the pages were changed that drains hand out. A page may have several causes. */
final class ToldCauses implements Completion {

  private final PassedChanges passed;
  private final Map<ChangeCause, Long> pages = new EnumMap<>(ChangeCause.class);

  ToldCauses(PassedChanges passed) {
    this.passed = passed;
  }

  @Override
  public void told(long startVpn, long endVpn) {
    passed.count(startVpn, endVpn, pages);
  }

  /** {@inheritDoc} What was done besides, nobody asks. */
  @Override
  public void end() {
    passed.clear();
  }

  @Override
  public CauseCounts takeCauses() {
    CauseCounts counts = new CauseCounts(pages);
    pages.clear();
    return counts;
  }

  @Override
  public long memoryBytes() {
    return passed.memoryBytes();
  }
}
