package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.DrainReport.Method;

/** Planned spans and what lies beside them, a span a step. */
final class SpanWork implements DrainWork {

  private final GrowingSpans growing;
  private final UnseenMemory unseen;
  private final boolean tellsLost;

  /**
   * Collects from planned spans, which stay as they are until this is done.
   *
   * @param tellsLost whether what was lost sight of is told, as it lies in the spans
   */
  SpanWork(GrowingSpans growing, SpanPlanner spans, UnseenMemory unseen, boolean tellsLost) {
    this.growing = growing;
    this.unseen = unseen;
    this.tellsLost = tellsLost;
    growing.begin(spans);
  }

  @Override
  public Method method() {
    return Method.QUEUE;
  }

  @Override
  public boolean isDone() {
    return !growing.hasMore();
  }

  /**
   * {@inheritDoc} A hinted page that was not written may be one that is not seen any more: looking
   * whether it is costs another call.
   */
  @Override
  public void step(OwedRegions owed) {
    owed.mark();
    try {
      growing.step(owed);
      if (growing.foundLessThanHinted()) {
        unseen.look(growing.lookedFrom(), growing.lookedTo());
      }
    } catch (RuntimeException e) {
      owed.returnToMark();
      throw e;
    }
    tellUntold(owed);
  }

  /**
   * {@inheritDoc} What calls have looked at is told, as nobody knows what the one that failed has
   * armed. All that is not decided is scanned: a span grows where a page reads written, and these
   * may not do so any more.
   */
  @Override
  public DrainWork afterFailure(Scans scans) {
    long from = growing.undecided();
    PageIntervalMap known = IntervalMaps.create();
    if (growing.lowest() < growing.highest()) {
      known.add(growing.lowest(), growing.highest(), UnseenMemory.TOLD_AS);
    }
    unseen.moveUntoldTo(known, from, PageIntervalMap.MAX_VPN);
    if (tellsLost) {
      unseen.addLostTo(known, from, PageIntervalMap.MAX_VPN);
    }
    return scans.from(from, known);
  }

  private void tellUntold(OwedRegions owed) {
    PageIntervalMap more = IntervalMaps.create();
    if (unseen.hasUntold()) {
      unseen.moveUntoldTo(more, growing.lookedFrom(), growing.lookedTo());
    }
    if (tellsLost) {
      unseen.addLostTo(more, growing.lookedFrom(), growing.lookedTo());
    }
    if (!more.isEmpty()) {
      owed.merge(more);
    }
  }

  @Override
  public long lookedFrom() {
    return growing.lookedFrom();
  }

  @Override
  public long lookedTo() {
    return growing.lookedTo();
  }

  @Override
  public void forEachRest(RangeVisitor visitor) {
    growing.forEachRest(visitor);
  }
}
