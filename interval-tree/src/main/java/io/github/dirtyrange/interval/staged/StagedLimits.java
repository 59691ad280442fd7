package io.github.dirtyrange.interval.staged;

/**
 * The capacities of a staged map; tests make them tiny, so that every boundary is met often.
 *
 * @param logItems how many operations the stage logs before they are sealed, at most 2^17
 * @param cacheWords how many words of pages the cache before the log holds; a power of two
 * @param compactBytes how much the segments may hold before they are compacted the first time
 * @param maxSegments how many segments there may be before they are joined
 * @param denseUnits how many units the operations of one log take in a chunk that is dense, so that
 *     it gets a bitmap
 * @param bitmaps how many bitmaps of chunks there may be
 * @param filterPages how many pages the filter before the cache may know; a power of two
 * @param listedChunks how many whole chunks an operation lists before it goes to the tree
 */
record StagedLimits(
    int logItems,
    int cacheWords,
    long compactBytes,
    int maxSegments,
    int denseUnits,
    int bitmaps,
    int filterPages,
    int listedChunks) {

  static final StagedLimits DEFAULT =
      new StagedLimits(StageLog.MAX_ITEMS, 8192, 8L << 20, 48, 256, 2048, 1 << 16, 64);
}
