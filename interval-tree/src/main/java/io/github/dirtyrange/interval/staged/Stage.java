package io.github.dirtyrange.interval.staged;

/**
 * The newest operations of a map: a log of them, and what condenses it: bitmaps of dense chunks, a
 * cache in which additions to the same pages merge, and a filter of pages added lately.
 */
final class Stage {

  private static final int FIRST_ITEMS = 64;

  /** So many additions are condensed at once, few enough to stay in the first-level cache. */
  private static final int RAW_ITEMS = 512;

  private final int maxItems;
  private final int maxWords;
  private final StageLog log;
  private final WordCache cache = new WordCache();
  private final PageFilter filter;
  private final ChunkBitmaps bitmaps;
  private final MaskPalette palette;

  Stage(StagedLimits limits, MaskPalette palette) {
    maxItems = limits.logItems();
    maxWords = limits.cacheWords();
    log = new StageLog(Math.max(1, Math.min(RAW_ITEMS, maxItems / 4)));
    filter = new PageFilter(limits.filterPages());
    bitmaps = new ChunkBitmaps(limits.bitmaps());
    this.palette = palette;
  }

  StageLog log() {
    return log;
  }

  /** {@return how many words fit into the cache} */
  int cacheWords() {
    return cache.words();
  }

  ChunkBitmaps bitmaps() {
    return bitmaps;
  }

  PageFilter filter() {
    return filter;
  }

  boolean isEmpty() {
    return log.size() == 0 && cache.isEmpty() && bitmaps.isEmpty();
  }

  /** Makes room for an item. {@return false if the log must be sealed for that} */
  boolean makeRoom() {
    if (log.isRawFull() || log.capacity() == maxItems) {
      condense();
      if (!log.isShort()) {
        return true;
      }
    }
    return grow();
  }

  /** Makes the log larger. {@return false if it is as large as it may be} */
  boolean grow() {
    if (log.capacity() == maxItems) {
      return false;
    }
    log.grow(Math.min(maxItems, Math.max(FIRST_ITEMS, 4 * log.capacity())));
    if (cache.words() < maxWords && flush()) {
      cache.resize(Math.min(maxWords, log.capacity() / 2));
    }
    return true;
  }

  /** Moves the cache to the log. {@return false if that ran full; go on when it is empty} */
  boolean flush() {
    if (!cache.isEmpty() || !bitmaps.hasNone()) { // else the items may as well stay raw
      condense();
    }
    return cache.flush(log);
  }

  private void condense() {
    if (!bitmaps.hasNone()) {
      log.shorten(bitmaps.condense(log, palette.lastCode()));
    }
    if (filter.isOn()) {
      filter.condense(log, cache, palette.lastCode());
    } else {
      cache.condense(log, palette.lastCode());
    }
  }

  /** Empties the stage. */
  void clear() {
    log.clear();
    cache.clear();
    bitmaps.empty();
  }

  /** Empties the stage and gives its memory back. */
  void release() {
    log.release();
    cache.release();
    bitmaps.release();
    filter.release();
  }

  long memoryBytes() {
    return 64
        + log.memoryBytes()
        + cache.memoryBytes()
        + bitmaps.memoryBytes()
        + filter.memoryBytes();
  }
}
