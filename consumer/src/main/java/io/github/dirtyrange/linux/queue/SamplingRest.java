package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.linux.perf.FaultSource;

/**
 * Spares a process its samples while nobody would read them. A sample makes each first write to an
 * armed page dearer by some hundred instructions; where so many pages change that one drain after
 * the other scans everything, samples are made for nothing.
 *
 * <p>They rest from the second such drain on, until a drain has found so few pages that their
 * samples would have been worth reading, and for some drains at most: pages that change without a
 * fault would look like samples for ever. They are on again before the next scan begins: it finds
 * what changed without a sample, and whatever changes behind it is sampled.
 */
final class SamplingRest {

  /** One interval in so many is sampled to see whether the samples would be few again. */
  static final int MOST_DRAINS = 16;

  private final FaultSource samples;
  private boolean resting;
  private int drains;

  SamplingRest(FaultSource samples) {
    this.samples = samples;
  }

  /** {@return whether nothing is sampled, so that a drain has to scan everything} */
  boolean isResting() {
    return resting;
  }

  /**
   * Lets the samples rest, before the scan of a drain that reads none.
   *
   * @param lastFound how many pages the drain before has found
   * @param worthReading how many samples would be worth reading
   */
  void restIfBusy(long lastFound, long worthReading) {
    if (lastFound > worthReading) {
      resting = true;
      drains = 0;
      samples.rest();
    }
  }

  /** Lets the samples go on. If that fails they rest still. */
  void end() {
    if (resting) {
      samples.resume();
      resting = false;
    }
  }

  /**
   * Lets the samples go on, before the scan of a drain, if the drain before has found few pages or
   * it is time to see. If that fails they rest still, and the next drain scans as well.
   */
  void resumeIfQuiet(long lastFound, long worthReading) {
    if (lastFound <= worthReading || ++drains >= MOST_DRAINS) {
      end();
    }
  }
}
