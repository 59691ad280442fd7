package io.github.dirtyrange.interval;

/**
 * The capacities of a staged map; tests make them tiny, so that every boundary is met often.
 *
 * @param stageEntries how many entries the stage holds before it is sealed
 * @param mergingStageEntries the same where most additions merge into entries that are there
 * @param compactBytes how much the segments may hold before they are compacted the first time
 * @param maxSegments how many segments there may be before they are compacted
 * @param listedChunks how many whole chunks an operation lists before it goes to the tree
 */
record StagedLimits(
    int stageEntries,
    int mergingStageEntries,
    long compactBytes,
    int maxSegments,
    int listedChunks) {

  static final StagedLimits DEFAULT =
      new StagedLimits(1 << 15, Stage.MAX_CAPACITY, 8L << 20, 4096, 64);
}
