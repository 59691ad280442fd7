package io.github.dirtyrange.interval;

import it.unimi.dsi.fastutil.longs.Long2LongSortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map page → mask, kept as ranges: overlapping additions OR their masks, and neighbours
 * that carry the same mask are one region.
 *
 * <p>Every range argument is half-open, {@code [startVpn, endVpn)}, must not be empty and must lie
 * within {@code [0, MAX_VPN)}; otherwise the call throws {@link IllegalArgumentException} and
 * changes nothing. A mask argument must not be 0. Maps are not safe for use by several threads.
 */
public interface PageIntervalMap {

  /** One more than the largest page that a map can hold: 2<sup>52</sup> pages, all of 64 bits. */
  long MAX_VPN = 1L << 52;

  /** ORs {@code mask} into every page of the range. */
  void add(long startVpn, long endVpn, long mask);

  /** ORs {@code mask} into one page. */
  void add(long vpn, long mask);

  /** ORs another map's masks into this one's pages. */
  void addAll(PageIntervalMap other);

  /** Gives every page of the range this mask in place of the one it has. */
  void replace(long startVpn, long endVpn, long mask);

  /** Takes every page of the range out of the map. */
  void remove(long startVpn, long endVpn);

  /** Clears the bits of {@code mask} on every page of the range; a page left with none goes. */
  void removeBits(long startVpn, long endVpn, long mask);

  /**
   * Moves pages with their masks, as mremap does: what was at the target goes, and the source is
   * left without pages. The two may overlap.
   */
  void move(long fromVpn, long toVpn, long pages);

  /** Takes out every page that is in none of the ranges. */
  void retainAll(PageRanges ranges);

  /** Takes out every page that is in one of the ranges. */
  void removeAll(PageRanges ranges);

  /** {@return the mask of a page, 0 where the map holds none} */
  long get(long vpn);

  /**
   * Visits the regions that meet the range, clipped to it, in order.
   *
   * @throws IllegalStateException if the visitor read or changed the map, as far as that is noticed
   */
  void forEach(long startVpn, long endVpn, RegionVisitor visitor);

  /**
   * Visits every region in order.
   *
   * @throws IllegalStateException if the visitor read or changed the map, as far as that is noticed
   */
  default void forEach(RegionVisitor visitor) {
    forEach(0, MAX_VPN, visitor);
  }

  /** {@return the first region at or after a page, beginning no earlier than it; null if none} */
  @Nullable MaskedRange firstAtOrAfter(long vpn);

  /** {@return a walk over a range during which the caller may change the map} */
  RegionCursor cursor(long startVpn, long endVpn);

  /** Visits the parts of the range whose pages carry no mask, each as long as it can be. */
  void forEachGap(long startVpn, long endVpn, RangeVisitor visitor);

  /** {@return the number of pages that carry each mask, by mask} */
  Long2LongSortedMap pagesByMask();

  /**
   * Hands out every region in order and leaves the map empty, without building a list. The visitor
   * must not touch the map; if it throws, the map stays as it was.
   *
   * @throws IllegalStateException if the visitor read or changed the map, as far as that is
   *     noticed; no region is taken out then
   * @return how many regions it handed out. To ask {@link #rangeCount()} first would be a reading
   *     of its own, and the drain after it slower.
   */
  long drain(RegionVisitor visitor);

  /** Empties the map. */
  void clear();

  /** {@return the number of regions: maximal runs of pages with one mask} */
  long rangeCount();

  /** {@return the number of pages that carry a mask} */
  long pageCount();

  /** {@return whether no page carries a mask} */
  boolean isEmpty();

  /** {@return the heap that the map's contents occupy, in bytes} */
  long memoryBytes();
}
