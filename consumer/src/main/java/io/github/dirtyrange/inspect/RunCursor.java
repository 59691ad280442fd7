package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the pages of a memory, each mapped page once, ascending, in runs: pages unchanged
 * since a parent are what that says. So nothing is done page by page where millions are alike; no
 * page is read, but where a memory does not tell its parent.
 *
 * <p>Costs a search among the ranges of each memory that is followed, for each run.
 */
public final class RunCursor {

  /** More would be a loop; each takes some 100 bytes here. */
  private static final int MOST_PARENTS = 1 << 17;

  private final SavedMemory memory;
  private final long firstVpn;
  private final long endVpn;
  private final Iterator<SavedMapping> mappings;

  /** Pages still to be told, and of which memory; the last one first. */
  private final Deque<Piece> pieces = new ArrayDeque<>();

  private @Nullable SavedMapping mapping;
  private @Nullable SavedReader reader;

  /** Goes through all of it. */
  public RunCursor(SavedMemory memory) {
    this(memory, 0, SavedMapping.END_VPN);
  }

  /** Goes through some pages, as far as they are mapped. */
  public RunCursor(SavedMemory memory, long firstVpn, long endVpn) {
    this.memory = memory;
    this.firstVpn = firstVpn;
    this.endVpn = endVpn;
    mappings = memory.mappings().iterator();
  }

  /** Pages to be told as one memory has them. */
  private static final class Piece {

    final SavedMemory memory;
    final List<? extends SavedRange> ranges;
    final long end;
    long at;
    int range;

    Piece(SavedMemory memory, long at, long end) {
      this.memory = memory;
      this.ranges = memory.saved();
      this.at = at;
      this.end = end;
      range = firstEndingAfter(at);
    }

    private int firstEndingAfter(long vpn) {
      int low = 0;
      int high = ranges.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (ranges.get(middle).endVpn() <= vpn) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** {@return the range that has the next page, or null if none has} */
    @Nullable SavedRange next() {
      while (range < ranges.size() && ranges.get(range).endVpn() <= at) {
        range++;
      }
      if (range == ranges.size() || ranges.get(range).startVpn() > at) {
        return null;
      }
      return ranges.get(range);
    }

    long endOfHole() {
      return range == ranges.size() ? end : Math.min(end, ranges.get(range).startVpn());
    }
  }

  /**
   * {@return the next run; null behind the last one}
   *
   * @throws SavedException if a page leans on a parent that is missing, is another one, or does not
   *     have it
   */
  public @Nullable Run next() throws SavedException {
    while (true) {
      Piece piece = pieces.peek();
      if (piece == null) {
        if (!beginMapping()) {
          return null;
        }
      } else if (piece.at == piece.end) {
        pieces.pop();
      } else {
        Run run = told(piece);
        if (run != null) {
          return run;
        }
      }
    }
  }

  private boolean beginMapping() {
    while (mappings.hasNext()) {
      SavedMapping next = mappings.next();
      long start = Math.max(firstVpn, next.startVpn());
      long end = Math.min(endVpn, next.endVpn());
      if (start < end) {
        mapping = next;
        pieces.push(new Piece(memory, start, end));
        return true;
      }
    }
    return false;
  }

  /** {@return the piece's next run, or null if a parent has to say it} */
  private @Nullable Run told(Piece piece) throws SavedException {
    SavedRange range = piece.next();
    if (range == null) {
      requireAsked(piece);
      return run(piece, piece.endOfHole(), null);
    }
    long end = Math.min(piece.end, range.endVpn());
    if (range.pageClass() != PageClass.PARENT) {
      return run(piece, end, range.pageClass());
    }
    Optional<SavedMemory> parent = parent(piece);
    if (parent.isEmpty()) {
      return run(piece, piece.at + 1, readClass(piece.at));
    }
    if (pieces.size() > MOST_PARENTS) {
      throw unreadable(Kind.NO_PARENT, piece.at, "its parents have no end");
    }
    pieces.push(new Piece(parent.get(), piece.at, end));
    piece.at = end;
    return null;
  }

  private Run run(Piece piece, long end, @Nullable PageClass pageClass) {
    long start = piece.at;
    piece.at = end;
    return new Run(start, end, current(), pageClass, piece.memory);
  }

  private SavedMapping current() {
    if (mapping == null) {
      throw new IllegalStateException("no mapping was begun");
    }
    return mapping;
  }

  /** Of the memory that is asked, a page may be left unsaid; a parent must have it. */
  private void requireAsked(Piece piece) throws SavedException {
    if (pieces.size() > 1) {
      String what = "it is unchanged since " + piece.memory.title() + ", which does not have it";
      throw unreadable(Kind.HOLE_IN_PARENT, piece.at, what);
    }
  }

  private Optional<SavedMemory> parent(Piece piece) throws SavedException {
    try {
      return piece.memory.parent();
    } catch (SavedException e) {
      throw unreadable(e.kind(), piece.at, String.valueOf(e.getMessage()));
    }
  }

  private PageClass readClass(long vpn) throws SavedException {
    if (reader == null) {
      reader = memory.pages();
    }
    return reader.read(vpn, ByteBuffer.allocate(memory.pageSize()));
  }

  private SavedException unreadable(Kind kind, long vpn, String what) {
    return new SavedException(
        kind,
        memory.title()
            + ", "
            + current().title()
            + ": page "
            + PageText.page(vpn)
            + " cannot be read: "
            + what);
  }
}
