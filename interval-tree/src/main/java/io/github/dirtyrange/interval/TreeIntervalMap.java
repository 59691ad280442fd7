package io.github.dirtyrange.interval;

import it.unimi.dsi.fastutil.longs.AbstractLong2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongAVLTreeMap;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongSortedMap;
import it.unimi.dsi.fastutil.objects.ObjectBidirectionalIterator;
import java.util.function.LongUnaryOperator;

/**
 * The reference map: a step function from page to mask, kept in one sorted map. It is short rather
 * than fast; faster maps are tested against it.
 *
 * <p>An update costs O(log n) and the steps that it meets; {@link #get} costs O(log n).
 */
final class TreeIntervalMap implements PageIntervalMap {

  /*
   * Each entry (vpn, mask) says: from vpn on, up to the next entry, pages carry mask; 0 means none.
   * Before the first entry pages carry none. No entry repeats the mask of the one before it, the
   * first is never 0 and the last always is, so equal contents have equal entries.
   */
  private static final int BYTES_PER_STEP = 40;
  private static final int BYTES_EMPTY = 120;

  private final Long2LongAVLTreeMap steps = new Long2LongAVLTreeMap();
  private long rangeCount;

  @Override
  public void add(long startVpn, long endVpn, long mask) {
    PageChecks.checkMask(mask);
    update(startVpn, endVpn, old -> old | mask);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    update(startVpn, endVpn, old -> 0);
  }

  @Override
  public void removeBits(long startVpn, long endVpn, long mask) {
    PageChecks.checkMask(mask);
    update(startVpn, endVpn, old -> old & ~mask);
  }

  @Override
  public long get(long vpn) {
    PageChecks.checkPage(vpn);
    return maskAt(vpn);
  }

  @Override
  public void forEach(long startVpn, long endVpn, RegionVisitor visitor) {
    PageChecks.checkRange(startVpn, endVpn);
    long start = startVpn;
    long mask = maskAt(startVpn);
    for (Long2LongMap.Entry step : stepsAfter(startVpn)) {
      if (step.getLongKey() >= endVpn) {
        break;
      }
      visit(start, step.getLongKey(), mask, visitor);
      start = step.getLongKey();
      mask = step.getLongValue();
    }
    visit(start, endVpn, mask, visitor);
  }

  @Override
  public void drain(RegionVisitor visitor) {
    forEach(visitor);
    clear();
  }

  @Override
  public void clear() {
    steps.clear();
    rangeCount = 0;
  }

  @Override
  public long rangeCount() {
    return rangeCount;
  }

  @Override
  public long pageCount() {
    long[] pages = {0};
    forEach((start, end, mask) -> pages[0] += end - start);
    return pages[0];
  }

  @Override
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  @Override
  public long memoryBytes() {
    return BYTES_EMPTY + (long) BYTES_PER_STEP * steps.size();
  }

  private static void visit(long start, long end, long mask, RegionVisitor visitor) {
    if (mask != 0) {
      visitor.visit(start, end, mask);
    }
  }

  private long maskAt(long vpn) {
    Long2LongSortedMap upTo = steps.headMap(vpn + 1);
    return upTo.isEmpty() ? 0 : upTo.get(upTo.lastLongKey());
  }

  private Iterable<Long2LongMap.Entry> stepsAfter(long vpn) {
    return () -> iteratorAfter(vpn);
  }

  /** Iterates over the steps whose page is larger than {@code vpn}. */
  private ObjectBidirectionalIterator<Long2LongMap.Entry> iteratorAfter(long vpn) {
    return steps.long2LongEntrySet().iterator(new AbstractLong2LongMap.BasicEntry(vpn, 0));
  }

  /** Applies {@code change} to the mask of every page of the range, and joins equal neighbours. */
  private void update(long startVpn, long endVpn, LongUnaryOperator change) {
    PageChecks.checkRange(startVpn, endVpn);
    long previous = startVpn == 0 ? 0 : maskAt(startVpn - 1);
    splitAt(startVpn);
    splitAt(endVpn);
    var iterator = iteratorAfter(startVpn - 1);
    while (iterator.hasNext()) {
      Long2LongMap.Entry step = iterator.next();
      if (step.getLongKey() > endVpn) {
        return;
      }
      long old = step.getLongValue();
      long mask = step.getLongKey() < endVpn ? change.applyAsLong(old) : old;
      rangeCount -= old == 0 ? 0 : 1;
      if (mask == previous) {
        iterator.remove();
      } else {
        step.setValue(mask);
        rangeCount += mask == 0 ? 0 : 1;
      }
      previous = mask;
    }
  }

  /** Makes sure that a step begins at {@code vpn}, if only to repeat the mask before it. */
  private void splitAt(long vpn) {
    if (!steps.containsKey(vpn)) {
      long mask = maskAt(vpn);
      steps.put(vpn, mask);
      rangeCount += mask == 0 ? 0 : 1;
    }
  }
}
