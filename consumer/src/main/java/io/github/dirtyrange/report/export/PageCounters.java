package io.github.dirtyrange.report.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Counters of a Perfetto trace, one a key. A counter keeps its value until the next, so one that
 * has nothing to say of a round becomes 0.
 */
final class PageCounters<K> {

  private final TracePackets packets;
  private final ToLongFunction<K> opener;
  private final Map<K, Counter> counters = new LinkedHashMap<>();

  /**
   * Has none yet.
   *
   * @param opener adds the track of a key to the trace and returns its uuid
   */
  PageCounters(TracePackets packets, ToLongFunction<K> opener) {
    this.packets = packets;
    this.opener = opener;
  }

  private static final class Counter {

    private final long uuid;
    private long pages;
    private boolean told;

    Counter(long uuid) {
      this.uuid = uuid;
    }
  }

  /** Says what a counter is from a moment on. */
  void set(long nanos, K key, long pages) {
    Counter counter = counters.get(key);
    if (counter == null) {
      counter = new Counter(opener.applyAsLong(key));
      counters.put(key, counter);
    }
    tell(nanos, counter, pages);
    counter.told = true;
  }

  /** Lets those be 0 that were not set since this was called last. */
  void clearOthers(long nanos) {
    for (Counter counter : counters.values()) {
      if (!counter.told && counter.pages != 0) {
        tell(nanos, counter, 0);
      }
      counter.told = false;
    }
  }

  private void tell(long nanos, Counter counter, long pages) {
    packets.event(nanos, TraceEvent.counter(counter.uuid, pages));
    counter.pages = pages;
  }
}
