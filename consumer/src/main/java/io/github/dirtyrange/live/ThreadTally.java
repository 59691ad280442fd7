package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.live.result.LiveTotals;
import io.github.dirtyrange.live.result.ThreadShare;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose changes a round was told of, and what those threads are called. Names are kept: a thread
 * that has ended has none any more.
 */
final class ThreadTally {

  /** A thread gets its name after it was started, so the busiest are asked each time. */
  private static final int ASKED_EACH_TIME = 16;

  private static final int MOST_NAMES = 1 << 14;

  private final Kernel kernel;
  private final Int2ObjectLinkedOpenHashMap<String> names = new Int2ObjectLinkedOpenHashMap<>();
  private final Int2ObjectLinkedOpenHashMap<ThreadPages> round =
      new Int2ObjectLinkedOpenHashMap<>();

  ThreadTally(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Adds what a collection of this round was told of. */
  void add(List<ThreadPages> threads) {
    for (ThreadPages thread : threads) {
      ThreadPages before = round.get(thread.tid());
      long pages = before == null ? 0 : before.pages();
      round.put(thread.tid(), new ThreadPages(thread.pid(), thread.tid(), pages + thread.pages()));
    }
  }

  /** Ends the round; {@return its threads, the busiest first} */
  List<ThreadShare> take() {
    List<ThreadShare> shares = new ArrayList<>(round.size());
    List<ThreadPages> busiest = new ArrayList<>(round.values());
    busiest.sort((a, b) -> Long.compare(b.pages(), a.pages()));
    for (int i = 0; i < busiest.size(); i++) {
      ThreadPages thread = busiest.get(i);
      String name = name(thread, i < ASKED_EACH_TIME);
      shares.add(new ThreadShare(thread.tid(), name, thread.pages()));
    }
    round.clear();
    return LiveTotals.busiest(shares);
  }

  private String name(ThreadPages thread, boolean anew) {
    String known = names.getAndMoveToLast(thread.tid());
    if (known != null && !anew) {
      return known;
    }
    String name = kernel.threadName(thread.pid(), thread.tid());
    if (name.isEmpty()) {
      return known == null ? "" : known;
    }
    names.putAndMoveToLast(thread.tid(), name);
    if (names.size() > MOST_NAMES) {
      names.removeFirst();
    }
    return name;
  }
}
