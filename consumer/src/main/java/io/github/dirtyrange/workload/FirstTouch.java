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
 * @param unmapTouchedNanos unmapping them
 * @param unmapUntouchedNanos unmapping as many that were never touched
 */
public record FirstTouch(
    int pages,
    long loadNanos,
    long loadAgainNanos,
    long storeNanos,
    long storeAgainNanos,
    long unmapTouchedNanos,
    long unmapUntouchedNanos) {

  /** A part of one page table's pages, so that the tables above are seldom new. */
  private static final int PAGES = 256;

  /** Touches memory that it maps for this, and unmaps it. */
  static FirstTouch measure(FreshMemory memory) {
    FreshMemory.Area loaded = memory.map(PAGES);
    long load = load(memory, loaded);
    long loadAgain = load(memory, loaded);
    loaded.close();
    FreshMemory.Area stored = memory.map(PAGES);
    long store = store(memory, stored);
    long storeAgain = store(memory, stored);
    long unmapTouched = unmap(memory, stored);
    long unmapUntouched = unmap(memory, memory.map(PAGES));
    return new FirstTouch(PAGES, load, loadAgain, store, storeAgain, unmapTouched, unmapUntouched);
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

  private static long unmap(FreshMemory memory, FreshMemory.Area area) {
    long start = memory.nanoTime();
    area.close();
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
    out.writeLong(unmapTouchedNanos);
    out.writeLong(unmapUntouchedNanos);
  }
}
