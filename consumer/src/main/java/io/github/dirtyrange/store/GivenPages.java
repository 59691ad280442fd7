package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pages that are given with their bytes, some at a time, and which of them are in the store
 * already. A checksum finds where a page may be; of those that may, neighbours are read together.
 */
final class GivenPages {

  /** So few that they stay in a processor's cache while they are looked at. */
  private static final int MOST_BYTES = 1 << 18;

  /** What is known of a page. */
  enum Known {
    /** That it is in no older generation. */
    NOWHERE,
    /** That it is all zero, and the parent's is not. */
    ZERO,
    /** That it equals the parent's. */
    SILENT,
    /** That it equals another's. */
    SAME
  }

  private final SnapshotStore store;
  private final long number;
  private final @Nullable ParentPages parent;
  private final PageLookup lookup;
  private final StoredPages stored;
  private final int pageSize;
  private final byte[] bytes;
  private final byte[] others;
  private final byte[] zeros;
  private final long[] checksums;
  private final Known[] known;
  private final @Nullable Generation[] holders;
  private final long[] places;
  private int count;

  GivenPages(
      SnapshotStore store,
      long number,
      int pageSize,
      @Nullable ParentPages parent,
      PageLookup lookup) {
    this.store = store;
    this.number = number;
    this.pageSize = pageSize;
    this.parent = parent;
    this.lookup = lookup;
    stored = store.storedPages(pageSize);
    int most = MOST_BYTES / pageSize;
    bytes = new byte[MOST_BYTES];
    others = new byte[MOST_BYTES];
    zeros = new byte[pageSize];
    checksums = new long[most];
    known = new Known[most];
    holders = new Generation[most];
    places = new long[most];
  }

  /**
   * Takes the next pages, as many as have room, and compares them.
   *
   * @throws SavedException if what they are compared with cannot be read
   */
  void take(long vpn, ByteBuffer from) throws SavedException {
    int taken = Math.min(from.remaining(), MOST_BYTES);
    from.get(bytes, 0, taken);
    count = taken / pageSize;
    for (int i = 0; i < count; i++) {
      look(vpn + i, i);
    }
    int i = 0;
    while (i < count) {
      i = holders[i] == null ? i + 1 : compare(i);
    }
  }

  private void look(long vpn, int i) throws SavedException {
    int at = i * pageSize;
    holders[i] = null;
    if (Arrays.equals(bytes, at, at + pageSize, zeros, 0, pageSize)) {
      checksums[i] = 0;
      known[i] = parent != null && parent.isZero(vpn) ? Known.SILENT : Known.ZERO;
      return;
    }
    long checksum = Checksum.of(bytes, at, pageSize);
    checksums[i] = checksum;
    known[i] = Known.NOWHERE;
    PageRun candidate = parent == null ? null : parent.candidate(vpn, checksum);
    if (candidate != null) {
      known[i] = Known.SILENT;
      holders[i] = candidate.storedIn();
      places[i] = candidate.indexOf(vpn);
      return;
    }
    long place = lookup.find(checksum);
    if (place >= 0 && PageLookup.number(place) != number) {
      known[i] = Known.SAME;
      holders[i] = store.generationNumbered(PageLookup.number(place));
      places[i] = PageLookup.pageIndex(place);
    }
  }

  /** Reads what some pages may equal; {@return the page behind them} */
  private int compare(int first) throws SavedException {
    Generation holder = holders[first];
    int end = first + 1;
    while (end < count && holders[end] == holder && places[end] == places[end - 1] + 1) {
      end++;
    }
    if (!isEqual(first, end)) {
      for (int i = first; i < end; i++) {
        if (!isEqual(i, i + 1)) {
          known[i] = Known.NOWHERE;
        }
      }
    }
    return end;
  }

  /** What is damaged equals nothing: a new page has nothing to do with that. */
  private boolean isEqual(int first, int end) throws SavedException {
    int from = first * pageSize;
    int to = end * pageSize;
    Generation holder = holders[first];
    if (holder == null) {
      return false;
    }
    try {
      stored.read(holder, places[first], end - first, others, from);
    } catch (SavedException e) {
      if (e.kind() == Kind.CHECKSUM) {
        return false;
      }
      throw e;
    }
    return Arrays.equals(bytes, from, to, others, from, to);
  }

  /** {@return how many pages there are} */
  int count() {
    return count;
  }

  Known known(int i) {
    return known[i];
  }

  /** {@return the generation that has a page that is {@link Known#SAME}} */
  Generation holder(int i) {
    Generation holder = holders[i];
    if (holder == null) {
      throw new IllegalStateException("page " + i + " is nowhere");
    }
    return holder;
  }

  /** {@return the page's place there} */
  long place(int i) {
    return places[i];
  }

  long checksum(int i) {
    return checksums[i];
  }

  /** {@return those of all, in their order} */
  long[] checksums() {
    return checksums;
  }

  /** {@return the bytes of all, one page behind the other} */
  byte[] bytes() {
    return bytes;
  }

  /** {@return whether a page has these bytes} */
  boolean isPage(int i, byte[] page) {
    int at = i * pageSize;
    return Arrays.equals(bytes, at, at + pageSize, page, 0, pageSize);
  }
}
