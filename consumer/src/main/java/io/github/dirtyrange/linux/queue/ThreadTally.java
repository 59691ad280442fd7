package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ThreadPages;
import it.unimi.dsi.fastutil.longs.Long2LongMaps;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts samples by thread. Most follow one of the same thread, which costs a comparison. */
final class ThreadTally {

  private final Long2LongOpenHashMap pages = new Long2LongOpenHashMap();
  private long thread;
  private long run;

  /** Counts a sample of a thread. */
  void add(int pid, int tid) {
    long sampled = (long) pid << Integer.SIZE | Integer.toUnsignedLong(tid);
    if (sampled != thread) {
      endRun();
      thread = sampled;
    }
    run++;
  }

  private void endRun() {
    if (run > 0) {
      pages.addTo(thread, run);
      run = 0;
    }
  }

  /** Forgets all. */
  void clear() {
    run = 0;
    if (!pages.isEmpty()) {
      pages.clear();
    }
  }

  /** {@return each thread once, the one with the most samples first} */
  List<ThreadPages> threads() {
    endRun();
    List<ThreadPages> threads = new ArrayList<>(pages.size());
    Long2LongMaps.fastForEach(
        pages, entry -> threads.add(entry(entry.getLongKey(), entry.getLongValue())));
    threads.sort(
        Comparator.comparingLong(ThreadPages::pages).reversed().thenComparing(ThreadPages::tid));
    return threads;
  }

  private static ThreadPages entry(long sampled, long count) {
    return new ThreadPages((int) (sampled >> Integer.SIZE), (int) sampled, count);
  }

  /** {@return the memory that this takes, in bytes} */
  long memoryBytes() {
    return 4L * Long.BYTES * pages.size();
  }
}
