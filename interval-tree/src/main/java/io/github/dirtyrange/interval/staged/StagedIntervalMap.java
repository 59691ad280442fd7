package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.PageChecks;
import io.github.dirtyrange.interval.RegionVisitor;

/**
 * The production map: operations go into a log, and order is made when it is asked for.
 *
 * <p>An addition of one page is one write to a log, whose newest part is condensed now and then; it
 * allocates nothing once the map has reached its size. {@link #drain} costs the sorting of what was
 * logged. {@link #get} and the other readings cost working out one chunk of 2<sup>15</sup> pages
 * for each that they meet, and after a change the sealing of the log.
 */
final class StagedIntervalMap extends AbstractIntervalMap {

  /*
   * Three layers, newest first:
   *
   *   stage     the log of all operations in order of arrival (StageLog), and what its newest part
   *             is condensed with: bitmaps of the chunks in which pages lie dense (ChunkBitmaps), a
   *             cache that merges additions to the same 64 pages (WordCache), or after the first
   *             full log a filter of pages added lately (PageFilter)
   *   segments  full logs, sorted by chunk and packed to about two bytes a page (SegmentStore)
   *   base      a tree of whole chunks, for ranges that span very many of them
   *
   * Masks are codes of a palette. A reading sorts or merges the layers by chunk, replays the
   * operations of one chunk after another into a small bitmap per mask (ChunkPlanes), and reads the
   * regions off it. As long as nothing was sealed, a drain sorts the log and reads it directly.
   */
  private static final int MERGED_WORDS = 4;

  private final StagedLimits limits;
  private final Stage stage;
  private final StageLog log;
  private final MaskPalette palette = new MaskPalette();
  private final ChunkPlanes planes = new ChunkPlanes(palette);
  private final ChunkBitmaps bitmaps;
  private final StageReader reader = new StageReader(palette, planes);
  private SegmentStore store;
  private long changes;

  /** Whether something was taken out since the map was empty, so that nothing may be left. */
  private boolean reduced;

  /** Whether a visitor is at work: the arrays that it is handed regions from serve one reading. */
  private boolean reading;

  StagedIntervalMap() {
    this(StagedLimits.DEFAULT);
  }

  StagedIntervalMap(StagedLimits limits) {
    this.limits = limits;
    this.stage = new Stage(limits, palette);
    this.log = stage.log();
    this.bitmaps = stage.bitmaps();
    this.store = new SegmentStore(limits, palette, planes, bitmaps);
  }

  @Override
  public void add(long vpn, long mask) {
    int code = palette.cachedCode(mask);
    if (code == 0 || vpn >>> 52 != 0) {
      super.add(vpn, mask);
      return;
    }
    if (log.isFull()) {
      makeRoom();
    }
    log.addPage(vpn, code);
  }

  @Override
  public void add(long startVpn, long endVpn, long mask) {
    PageChecks.checkRange(startVpn, endVpn);
    PageChecks.checkMask(mask);
    int code = palette.codeOf(mask);
    if (code != 0) {
      addCoded(startVpn, endVpn, code);
      return;
    }
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      addCoded(startVpn, endVpn, palette.codeOf(Long.lowestOneBit(rest)));
    }
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    PageChecks.checkRange(startVpn, endVpn);
    if (!hasNothing()) {
      beginToTakeOut();
      stageRange(startVpn, endVpn, Op.REMOVE_RANGE, 0);
    }
  }

  @Override
  public void removeBits(long startVpn, long endVpn, long mask) {
    PageChecks.checkRange(startVpn, endVpn);
    PageChecks.checkMask(mask);
    if (hasNothing()) {
      return;
    }
    beginToTakeOut();
    seal();
    if (bitmaps.meets(startVpn, endVpn)) {
      store.sealBitmaps();
    }
    int code = palette.codeOf(mask);
    if (code != 0) {
      stageRange(startVpn, endVpn, Op.CLEAR_RANGE, code);
      return;
    }
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      int bit = palette.codeOf(Long.lowestOneBit(rest));
      stageRange(startVpn, endVpn, Op.CLEAR_RANGE, bit);
    }
  }

  @Override
  public long drain(RegionVisitor visitor) {
    RegionJoiner out = new RegionJoiner(visitor, Long.MAX_VALUE);
    long before = beginReading();
    try {
      readAll(out);
    } finally {
      reading = false;
    }
    requireUnchanged(before);
    becomeEmpty();
    stage.clear();
    store.clear();
    palette.trim();
    return out.handedOut();
  }

  private void readAll(RegionJoiner out) {
    while (!stage.flush()) {
      if (!stage.grow()) {
        sealLog();
      }
    }
    if (store.isEmpty() && bitmaps.isEmpty()) {
      reader.read(stage.log(), out);
    } else {
      seal();
      store.scan(0, MAX_VPN, out);
    }
  }

  /** Refuses readings within a reading. {@return what the map's version is now} */
  private long beginReading() {
    if (reading) {
      throw new IllegalStateException("a visitor must not read the map that it visits");
    }
    reading = true;
    return version();
  }

  private void requireUnchanged(long before) {
    if (version() != before) {
      throw new IllegalStateException("a visitor has changed the map that it visits");
    }
  }

  @Override
  public void clear() {
    becomeEmpty();
    palette.trim();
    stage.release();
    store = new SegmentStore(limits, palette, planes, bitmaps);
  }

  @Override
  public boolean isEmpty() {
    return hasNothing() || (reduced && super.isEmpty());
  }

  @Override
  public long memoryBytes() {
    return 60
        + stage.memoryBytes()
        + palette.memoryBytes()
        + planes.memoryBytes()
        + reader.memoryBytes()
        + store.memoryBytes();
  }

  @Override
  void scan(long startVpn, long endVpn, long limit, RegionVisitor visitor) {
    long before = beginReading();
    try {
      seal();
      store.settle();
      store.scan(startVpn, endVpn, new RegionJoiner(visitor, limit));
    } finally {
      reading = false;
    }
    requireUnchanged(before);
  }

  @Override
  long version() {
    return changes + log.version();
  }

  private boolean hasNothing() {
    return stage.isEmpty() && store.isEmpty();
  }

  private void addCoded(long startVpn, long endVpn, int code) {
    long first = startVpn >>> 6;
    long last = (endVpn - 1) >>> 6;
    if (last - first >= MERGED_WORDS) {
      stageRange(startVpn, endVpn, Op.ADD_RANGE, code);
      return;
    }
    for (long word = first; word <= last; word++) {
      int from = (int) (Math.max(startVpn, word << 6) & 63);
      int to = (int) Math.min(64, endVpn - (word << 6));
      addWord(word, code, Chunk.bits(from, to));
    }
  }

  private void addWord(long word, int code, long bits) {
    if (log.isFull()) {
      makeRoom();
    }
    log.addWord(word, code, bits);
  }

  /** Stages an operation on a range: chunk by chunk, or whole chunks at once if there are many. */
  private void stageRange(long startVpn, long endVpn, int op, int code) {
    long firstWhole = Chunk.of(startVpn + Chunk.PAGES - 1);
    long endWhole = Chunk.of(endVpn);
    if (endWhole - firstWhole <= limits.listedChunks()) {
      stageChunks(startVpn, endVpn, op, code);
      return;
    }
    if (startVpn < Chunk.startVpn(firstWhole)) {
      stageChunks(startVpn, Chunk.startVpn(firstWhole), op, code);
    }
    if (Chunk.startVpn(endWhole) < endVpn) {
      stageChunks(Chunk.startVpn(endWhole), endVpn, op, code);
    }
    seal();
    if (op == Op.REMOVE_RANGE) {
      bitmaps.remove(Chunk.startVpn(firstWhole), Chunk.startVpn(endWhole), palette.lastCode());
    }
    store.applyToChunks(op, code, firstWhole, endWhole);
    changes++;
  }

  private void stageChunks(long startVpn, long endVpn, int op, int code) {
    for (long chunk = Chunk.of(startVpn); Chunk.startVpn(chunk) < endVpn; chunk++) {
      long chunkStart = Chunk.startVpn(chunk);
      long from = Math.max(startVpn, chunkStart);
      long to = Math.min(endVpn, chunkStart + Chunk.PAGES);
      if (log.isFull()) {
        makeRoom();
      }
      log.addRange(op, code, from, to);
    }
  }

  /** Lets the log grow as long as it may, and then seals it. */
  private void makeRoom() {
    if (stage.makeRoom()) {
      return;
    }
    sealLog();
    if (!reduced) {
      stage.filter().turnOn();
    }
  }

  private void seal() {
    while (!stage.flush()) {
      sealLog();
    }
    sealLog();
  }

  private void sealLog() {
    if (stage.log().size() > 0) {
      store.seal(stage.log());
      stage.log().clear();
    }
  }

  private void beginToTakeOut() {
    reduced = true;
    stage.filter().turnOff();
  }

  private void becomeEmpty() {
    changes++;
    reduced = false;
    stage.filter().turnOff();
  }
}
