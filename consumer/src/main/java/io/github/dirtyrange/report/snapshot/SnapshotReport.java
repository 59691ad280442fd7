package io.github.dirtyrange.report.snapshot;

import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.snapshot.result.GenerationResult;

/** Tells of a snapshot while it is made. */
public interface SnapshotReport {

  /**
   * A process is armed.
   *
   * @param before how many generations the store had before
   */
  void begun(LiveTarget target, int before);

  /** A generation is in the store. */
  void generation(GenerationResult result);

  /** No generation comes any more. */
  void ended(String why);
}
