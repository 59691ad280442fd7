package io.github.dirtyrange.store;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.Set;
import java.util.UUID;

/** Where pages will be that are stored in generations that go; 22 to 43 bytes a page that moves. */
final class MovedPages {

  private static final long NOWHERE = -1;

  private final SnapshotStore store;
  private final Set<UUID> gone;
  private final Long2LongOpenHashMap moved = new Long2LongOpenHashMap();

  MovedPages(SnapshotStore store, Set<UUID> gone) {
    this.store = store;
    this.gone = gone;
    moved.defaultReturnValue(NOWHERE);
  }

  boolean isGone(Generation generation) {
    return gone.contains(generation.id());
  }

  /**
   * Moves a page, unless it was moved before.
   *
   * @param to its new place, as {@link PageLookup#place} has it
   * @return the place that it has then, of a generation that is not newer
   */
  long move(Generation from, long pageIndex, long to) {
    long before = moved.putIfAbsent(PageLookup.place(from.number(), pageIndex), to);
    return before == NOWHERE ? to : before;
  }

  UUID id(long place) {
    return store.generationNumbered(PageLookup.number(place)).id();
  }
}
