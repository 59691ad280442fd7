package io.github.dirtyrange.workload;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How long a process took to touch memory for the first time, and to give it back.
 *
 * @param pages how many pages each of the times is of
 * @param loadNanos the first loads, of pages that were not there
 * @param loadAgainNanos loads of the same pages after that
 * @param storeNanos the first stores, of other pages that were not there
 * @param storeAgainNanos stores to the same pages after that
 * @param discardNanos giving them back, all in one call
 * @param discardNothingNanos the same call once more
 */
public record FirstTouch(
    int pages,
    long loadNanos,
    long loadAgainNanos,
    long storeNanos,
    long storeAgainNanos,
    long discardNanos,
    long discardNothingNanos) {

  /** A part of one page table's pages, so that the tables above are seldom new. */
  private static final int PAGES = 256;

  /** Touches memory that is mapped for this, and gives it back. */
  static FirstTouch measure(FreshMemory memory) {
    try (FreshMemory.Area area = memory.map(PAGES)) {
      long load = load(memory, area);
      long loadAgain = load(memory, area);
      area.discard();
      long store = store(memory, area);
      long storeAgain = store(memory, area);
      long discard = discard(memory, area);
      long discardNothing = discard(memory, area);
      return new FirstTouch(PAGES, load, loadAgain, store, storeAgain, discard, discardNothing);
    }
  }

  private static long load(FreshMemory memory, FreshMemory.Area area) {
    long start = memory.nanoTime();
    for (int page = 0; page < PAGES; page++) {
      area.load(page);
    }
    return memory.nanoTime() - start;
  }

  private static long store(FreshMemory memory, FreshMemory.Area area) {
    long start = memory.nanoTime();
    for (int page = 0; page < PAGES; page++) {
      area.store(page);
    }
    return memory.nanoTime() - start;
  }

  private static long discard(FreshMemory memory, FreshMemory.Area area) {
    long start = memory.nanoTime();
    area.discard();
    return memory.nanoTime() - start;
  }

  /** {@return what {@link #write} wrote} */
  static FirstTouch read(DataInputStream in) throws IOException {
    return new FirstTouch(
        in.readInt(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong());
  }

  /** Writes the components in their order. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(pages);
    out.writeLong(loadNanos);
    out.writeLong(loadAgainNanos);
    out.writeLong(storeNanos);
    out.writeLong(storeAgainNanos);
    out.writeLong(discardNanos);
    out.writeLong(discardNothingNanos);
  }
}
