package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.UnreadReason;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A process's memory as it was at one time, in a {@link SnapshotStore}. Never changes. */
public final class Generation implements SavedMemory {

  private final SnapshotStore store;
  private final Index index;

  Generation(SnapshotStore store, Index index) {
    this.store = store;
    this.index = index;
  }

  /** {@return its id, at random} */
  public UUID id() {
    return index.id();
  }

  /** {@return its place among the generations of the store, from 1 on} */
  public long number() {
    return index.number();
  }

  /** {@return what was told of it} */
  public GenerationHeader header() {
    return index.header();
  }

  /** {@inheritDoc} Those of a process that stood still are notes of a core. */
  @Override
  public ByteBuffer notes() {
    return index.notes().asReadOnlyBuffer();
  }

  @Override
  public String title() {
    return "generation " + number();
  }

  @Override
  public int pageSize() {
    return header().pageSize();
  }

  @Override
  public List<SavedMapping> mappings() {
    return index.readOnlyMappings();
  }

  /** {@return what its pages are, ascending; every page of each mapping is in one range} */
  public List<StoredRange> ranges() {
    return new AbstractList<>() {
      @Override
      public StoredRange get(int range) {
        return range(range);
      }

      @Override
      public int size() {
        return index.ranges().size();
      }
    };
  }

  /** {@inheritDoc} Every page of each mapping is in one range. */
  @Override
  public List<SavedRange> saved() {
    return new AbstractList<>() {
      @Override
      public SavedRange get(int range) {
        RangeTable ranges = index.ranges();
        return new SavedRange(ranges.start(range), ranges.end(range), ranges.pageClass(range));
      }

      @Override
      public int size() {
        return index.ranges().size();
      }
    };
  }

  @Override
  public Optional<SavedMemory> parent() throws SavedException {
    return header().parent().isEmpty()
        ? Optional.empty()
        : Optional.of(Links.parent(store, number(), header()));
  }

  @Override
  public PageReader pages() {
    return new PageReader(store, this);
  }

  private StoredRange range(int range) {
    RangeTable ranges = index.ranges();
    PageClass pageClass = ranges.pageClass(range);
    int detail = ranges.detail(range);
    return new StoredRange(
        ranges.start(range),
        ranges.end(range),
        pageClass,
        pageClass == PageClass.SAME ? Optional.of(index.sources().get(detail)) : Optional.empty(),
        ranges.pageIndex(range),
        pageClass == PageClass.UNREAD ? UnreadReason.of(detail) : Optional.empty());
  }

  /** {@return pages whose bytes are in this generation's own file} */
  public long storedPages() {
    return index.checksums().size();
  }

  /** {@return how long the index is, in bytes} */
  public long indexBytes() {
    return IndexWriter.length(index);
  }

  /**
   * Reads one page; who reads many takes a {@link #pages}.
   *
   * @see PageReader#read
   */
  public PageClass read(long vpn, ByteBuffer into) throws SavedException {
    return pages().read(vpn, into);
  }

  Index index() {
    return index;
  }

  /** {@return a page for people} */
  String title(long vpn) {
    return "generation "
        + number()
        + ", "
        + index.mappingName(vpn)
        + ": page "
        + PageText.page(vpn);
  }

  @Override
  public String toString() {
    return "generation " + number() + " (" + id() + ")";
  }
}
