package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import java.util.Arrays;

/**
 * Operations in arrival order, nothing else; the drain partitions them stably by 2^15 pages and
 * replays each part in one bitmap.
 */
final class AppendLogSubject implements PageSubject {

  private static final int CHUNK_BITS = 15;
  private static final int CHUNKS = 1 << 13;

  private long[] log = new long[1024];
  private long[] sorted = {};
  private int size;
  private final int[] ends = new int[CHUNKS];
  private final long[] bitmap = new long[1 << (CHUNK_BITS - 6)];

  /** A bit for every word that may have pages, so that a sparse bitmap costs what is in it. */
  private final long[] touched = new long[1 << (CHUNK_BITS - 12)];

  @Override
  public void add(long vpn) {
    append(vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    long chunkEnd = ((startVpn >>> CHUNK_BITS) + 1) << CHUNK_BITS;
    appendRemoval(startVpn, Math.min(endVpn, chunkEnd));
    if (endVpn > chunkEnd) {
      appendRemoval(chunkEnd, endVpn);
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    partition();
    RunJoiner joiner = new RunJoiner(visitor);
    int from = 0;
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (from < ends[chunk]) {
        replay(from, ends[chunk]);
        scan((long) chunk << CHUNK_BITS, joiner);
      }
      from = ends[chunk];
    }
    joiner.finish();
    size = 0;
  }

  private void append(long entry) {
    if (size == log.length) {
      log = Arrays.copyOf(log, 2 * size);
    }
    log[size++] = entry;
  }

  private void appendRemoval(long start, long end) {
    append((end - start) << 40 | start);
  }

  private void partition() {
    if (sorted.length < size) {
      sorted = new long[log.length];
    }
    Arrays.fill(ends, 0);
    for (int i = 0; i < size; i++) {
      ends[(int) (log[i] >>> CHUNK_BITS) & (CHUNKS - 1)]++;
    }
    int sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      int count = ends[i];
      ends[i] = sum;
      sum += count;
    }
    for (int i = 0; i < size; i++) {
      sorted[ends[(int) (log[i] >>> CHUNK_BITS) & (CHUNKS - 1)]++] = log[i];
    }
  }

  private void replay(int from, int to) {
    for (int i = from; i < to; i++) {
      int page = (int) sorted[i] & ((1 << CHUNK_BITS) - 1);
      int removed = (int) (sorted[i] >>> 40);
      if (removed == 0) {
        bitmap[page >> 6] |= 1L << page;
        touched[page >> 12] |= 1L << (page >> 6);
      } else {
        clear(page, page + removed);
      }
    }
  }

  private void clear(int from, int to) {
    for (int word = from >> 6; word << 6 < to; word++) {
      int first = Math.max(0, from - (word << 6));
      int end = Math.min(64, to - (word << 6));
      bitmap[word] &= ~(-1L << first & -1L >>> (64 - end));
    }
  }

  private void scan(long start, RunJoiner joiner) {
    for (int group = 0; group < touched.length; group++) {
      for (long words = touched[group]; words != 0; words &= words - 1) {
        int word = group << 6 | Long.numberOfTrailingZeros(words);
        scanWord(start + (word << 6), bitmap[word], joiner);
        bitmap[word] = 0;
      }
      touched[group] = 0;
    }
  }

  private static void scanWord(long start, long word, RunJoiner joiner) {
    long bits = word;
    while (bits != 0) {
      int from = Long.numberOfTrailingZeros(bits);
      int to = from + Long.numberOfTrailingZeros(~(bits >>> from));
      joiner.run(start + from, start + to);
      bits = to == 64 ? 0 : bits & (-1L << to);
    }
  }
}
