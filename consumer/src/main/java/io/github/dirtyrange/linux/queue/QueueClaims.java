package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;

/** Which laws a queue keeps, by what it goes by. */
final class QueueClaims {

  /** What is kept where faults are sampled, or not every change is known to be recorded. */
  static final Claims SAMPLED =
      Claims.always(
              Law.EXACT,
              Law.CANONICAL,
              Law.REARMED_BEFORE_REPORTED,
              Law.BOUNDED,
              Law.OWED_UNTIL_DELIVERED)
          .andAfterExactScan(Law.COMPLETE, Law.NEVER_SILENT, Law.FROM_THE_FIRST_WRITE)
          .butOfFiles(Law.COMPLETE);

  /** What is kept where a change of every kind was tried, and recorded. */
  static final Claims RECORDED =
      Claims.always(
              Law.COMPLETE,
              Law.EXACT,
              Law.CANONICAL,
              Law.REARMED_BEFORE_REPORTED,
              Law.BOUNDED,
              Law.OWED_UNTIL_DELIVERED)
          .andAfterExactScan(Law.NEVER_SILENT, Law.FROM_THE_FIRST_WRITE)
          .butOfFiles(Law.COMPLETE);

  /** What is kept where, besides, every page is looked at that was changed otherwise. */
  static final Claims FOLLOWED =
      Claims.always(
              Law.COMPLETE,
              Law.EXACT,
              Law.CANONICAL,
              Law.REARMED_BEFORE_REPORTED,
              Law.AGREES_WITH_SCAN,
              Law.CARRIES_DELTAS,
              Law.FOLLOWS_PAGES,
              Law.OWED_UNTIL_DELIVERED)
          .andAfterExactScan(Law.NEVER_SILENT, Law.FROM_THE_FIRST_WRITE)
          .butOfFiles(Law.COMPLETE);

  private QueueClaims() {}
}
