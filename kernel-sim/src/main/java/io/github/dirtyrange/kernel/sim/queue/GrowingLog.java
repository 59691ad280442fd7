package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A log that is never full: a chain of chunks. The CPU fills the last chunk and hangs the next one
 * on it; the reader follows, and gives chunks that it is through with back for use.
 *
 * <p>A chunk is one array: its count of records between two pads, so that no other CPU's writes
 * fall into its cache line, and the records after them. A record is published by a release store of
 * the count.
 */
final class GrowingLog implements CpuLog {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int RECORDS = 1024;
  private static final int ENTRY_LONGS = 3;
  private static final int COUNT = 8;
  private static final int FIRST_ENTRY = 16;
  private static final int LAST_PAD = 8;
  private static final int CHUNK_LONGS = FIRST_ENTRY + RECORDS * ENTRY_LONGS + LAST_PAD;
  private static final int MOST_SPARE = 64;

  private static final class Chunk {
    private final long[] longs = new long[CHUNK_LONGS];
    private volatile @Nullable Chunk next;
  }

  /* Written by the CPU. */
  private volatile Chunk last = new Chunk();

  /* The reader's: where it stands. */
  private Chunk first = last;
  private int taken;

  /* Pushed by the reader, popped by the CPU. */
  private final AtomicReference<@Nullable Chunk> spares = new AtomicReference<>();
  private final AtomicInteger spareCount = new AtomicInteger();
  private final AtomicInteger chunks = new AtomicInteger(1);

  @Override
  public boolean append(long startVpn, long endVpn, long changed) {
    long[] longs = last.longs;
    int count = (int) longs[COUNT];
    if (count == RECORDS) {
      longs = extend();
      count = 0;
    }
    int at = FIRST_ENTRY + count * ENTRY_LONGS;
    longs[at] = startVpn;
    longs[at + 1] = endVpn;
    longs[at + 2] = changed;
    LONGS.setRelease(longs, COUNT, count + 1L);
    return true;
  }

  private long[] extend() {
    Chunk spare = popSpare();
    if (spare == null) {
      spare = new Chunk();
      chunks.incrementAndGet();
    }
    last.next = spare;
    last = spare;
    return spare.longs;
  }

  /** Only the CPU pops, so a chunk at the top cannot go and come back meanwhile. */
  private @Nullable Chunk popSpare() {
    Chunk top = spares.get();
    while (top != null && !spares.compareAndSet(top, top.next)) {
      top = spares.get();
    }
    if (top != null) {
      top.next = null;
      spareCount.decrementAndGet();
    }
    return top;
  }

  private void giveBack(Chunk chunk) {
    if (spareCount.get() >= MOST_SPARE) {
      chunks.decrementAndGet();
      return;
    }
    spareCount.incrementAndGet();
    chunk.longs[COUNT] = 0;
    Chunk top = spares.get();
    do {
      top = spares.get();
      chunk.next = top;
    } while (!spares.compareAndSet(top, chunk));
  }

  @Override
  public long takeInto(RegionVisitor visitor) {
    Chunk end = last;
    long records = 0;
    while (true) {
      int count = countOf(first);
      show(first, taken, count, visitor);
      records += count - taken;
      taken = count;
      Chunk next = first.next;
      if (first == end || next == null) {
        return records;
      }
      Chunk through = first;
      first = next;
      taken = 0;
      giveBack(through);
    }
  }

  @Override
  public void forEach(RegionVisitor visitor) {
    Chunk end = last;
    int from = taken;
    for (Chunk chunk = first; chunk != null; chunk = chunk == end ? null : chunk.next) {
      show(chunk, from, countOf(chunk), visitor);
      from = 0;
    }
  }

  @Override
  public boolean isEmpty() {
    return first == last && countOf(first) == taken;
  }

  @Override
  public long memoryBytes() {
    return (long) chunks.get() * CHUNK_LONGS * Long.BYTES;
  }

  private static int countOf(Chunk chunk) {
    return (int) (long) LONGS.getAcquire(chunk.longs, COUNT);
  }

  private static void show(Chunk chunk, int from, int to, RegionVisitor visitor) {
    long[] longs = chunk.longs;
    for (int i = from; i < to; i++) {
      int at = FIRST_ENTRY + i * ENTRY_LONGS;
      visitor.visit(longs[at], longs[at + 1], longs[at + 2]);
    }
  }
}
