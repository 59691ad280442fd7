package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.PageChecks;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
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
final class TreeIntervalMap extends AbstractIntervalMap {

  /*
   * Each entry (vpn, mask) says: from vpn on, up to the next entry, pages carry mask; 0 means none.
   * Before the first entry pages carry none. No entry repeats the mask of the one before it, the
   * first is never 0 and the last always is, so equal contents have equal entries.
   */
  private static final int BYTES_PER_STEP = 40;
  private static final int BYTES_EMPTY = 120;

  /** Stands for the step after the last one. */
  private static final Long2LongMap.Entry END =
      new AbstractLong2LongMap.BasicEntry(PageIntervalMap.MAX_VPN, 0);

  private final Long2LongAVLTreeMap steps = new Long2LongAVLTreeMap();
  private long rangeCount;
  private long version;

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
  void scan(long startVpn, long endVpn, long limit, RegionVisitor visitor) {
    long room = limit;
    long start = startVpn;
    long mask = maskAt(startVpn);
    var iterator = iteratorAfter(startVpn);
    while (room > 0 && start < endVpn) {
      Long2LongMap.Entry step = iterator.hasNext() ? iterator.next() : END;
      if (mask != 0) {
        visitor.visit(start, Math.min(endVpn, step.getLongKey()), mask);
        room--;
      }
      start = step.getLongKey();
      mask = step.getLongValue();
    }
  }

  @Override
  long version() {
    return version;
  }

  @Override
  public long drain(RegionVisitor visitor) {
    forEach(visitor);
    long drained = rangeCount;
    clear();
    return drained;
  }

  @Override
  public void clear() {
    version++;
    steps.clear();
    rangeCount = 0;
  }

  @Override
  public long rangeCount() {
    return rangeCount;
  }

  @Override
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  @Override
  public long memoryBytes() {
    return BYTES_EMPTY + (long) BYTES_PER_STEP * steps.size();
  }

  private long maskAt(long vpn) {
    Long2LongSortedMap upTo = steps.headMap(vpn + 1);
    return upTo.isEmpty() ? 0 : upTo.get(upTo.lastLongKey());
  }

  /** Iterates over the steps whose page is larger than {@code vpn}. */
  private ObjectBidirectionalIterator<Long2LongMap.Entry> iteratorAfter(long vpn) {
    return steps.long2LongEntrySet().iterator(new AbstractLong2LongMap.BasicEntry(vpn, 0));
  }

  /** Applies {@code change} to the mask of every page of the range, and joins equal neighbours. */
  private void update(long startVpn, long endVpn, LongUnaryOperator change) {
    PageChecks.checkRange(startVpn, endVpn);
    version++;
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
