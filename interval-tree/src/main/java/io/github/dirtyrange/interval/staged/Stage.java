package io.github.dirtyrange.interval.staged;

/**
 * The newest operations of a map: a log of them, and before it a cache in which additions to the
 * same pages merge.
 *
 * <p>Taking pages out also takes them out of the cache, so that what is there always comes after
 * the log.
 */
final class Stage {

  private static final int FIRST_ITEMS = 64;

  private final int maxItems;
  private final int maxWords;
  private final StageLog log = new StageLog();
  private final WordCache cache = new WordCache();
  private long changes;

  Stage(StagedLimits limits) {
    maxItems = limits.logItems();
    maxWords = limits.cacheWords();
  }

  WordCache cache() {
    return cache;
  }

  StageLog log() {
    return log;
  }

  boolean isEmpty() {
    return log.size() == 0 && cache.isEmpty();
  }

  /**
   * {@return a number that differs after every change, if the cache was flushed before it} Then no
   * addition finds its word before it has been inserted again.
   */
  long version() {
    return changes + cache.insertions();
  }

  /** Adds pages of one word. {@return false, and does nothing, if there is no room} */
  boolean insert(long key, long bits) {
    return cache.insert(key, bits, log);
  }

  /** Adds a page to the log. {@return false, and does nothing, if there is no room} */
  boolean addPage(long vpn, int code) {
    if (log.isFull()) {
      return false;
    }
    changes++;
    log.addPage(vpn, code);
    return true;
  }

  /** Notes an operation on a range inside one chunk. {@return false if there is no room} */
  boolean addRange(int op, int code, long startVpn, long endVpn) {
    if (log.isFull()) {
      return false;
    }
    changes++;
    log.addRange(op, code, startVpn, endVpn);
    return true;
  }

  /** Makes more room. {@return false if the stage is as large as it may be} */
  boolean grow() {
    if (log.capacity() >= maxItems) {
      return false;
    }
    log.grow(Math.min(maxItems, Math.max(FIRST_ITEMS, 4 * log.capacity())));
    if (cache.words() < maxWords && cache.flush(log)) {
      cache.resize(Math.min(maxWords, log.capacity() / 2));
    }
    return true;
  }

  /** Moves the cache to the log. {@return false if the log ran full; go on when it is empty} */
  boolean flushCache() {
    return cache.flush(log);
  }

  /** Empties the stage. */
  void clear() {
    log.clear();
    cache.clear();
  }

  /** Empties the stage and gives its memory back. */
  void release() {
    log.release();
    cache.release();
  }

  long memoryBytes() {
    return 64 + log.memoryBytes() + cache.memoryBytes();
  }
}
