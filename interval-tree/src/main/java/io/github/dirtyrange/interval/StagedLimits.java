package io.github.dirtyrange.interval;

/**
 * The capacities of a staged map; tests make them tiny, so that every boundary is met often.
 *
 * @param stageSlots how far the stage's table grows before the stage is sealed; a power of two
 * @param mergingStageSlots the same where most additions merge into words that are there
 * @param stageRanges how many operations on ranges the stage holds
 * @param compactBytes how much the segments may hold before they are compacted the first time
 * @param maxSegments how many segments there may be before they are joined
 * @param listedChunks how many whole chunks an operation lists before it goes to the tree
 */
record StagedLimits(
    int stageSlots,
    int mergingStageSlots,
    int stageRanges,
    long compactBytes,
    int maxSegments,
    int listedChunks) {

  static final StagedLimits DEFAULT =
      new StagedLimits(1 << 15, 1 << Stage.SLOT_BITS, 1 << 16, 8L << 20, 48, 64);
}
