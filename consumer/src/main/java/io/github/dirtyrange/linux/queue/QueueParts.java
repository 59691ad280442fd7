package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultRecorder;

/**
 * What a queue is made of.
 *
 * @param recorder says where to look; becomes the queue's own
 * @param drainer turns that into what was written
 * @param unarmed shows what is written, and arms nothing
 * @param unseen knows what scans pass over
 * @param reserved knows what nobody can touch
 * @param given what is told
 * @param ranges where changes matter
 * @param costs learns what drains cost
 * @param completion adds what is told besides what was written
 */
record QueueParts(
    FaultRecorder recorder,
    Drainer drainer,
    WrittenPages unarmed,
    UnseenMemory unseen,
    ReservedMemory reserved,
    QueueCategories given,
    TrackedRanges ranges,
    LearntCosts costs,
    Completion completion) {}
