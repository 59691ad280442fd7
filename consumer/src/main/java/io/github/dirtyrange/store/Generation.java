package io.github.dirtyrange.store;

import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A process's memory as it was at one time, in a {@link SnapshotStore}. Never changes. */
public final class Generation {

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

  /** {@return the mappings, ascending} */
  public List<StoredMapping> mappings() {
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

  /** {@return a reader of its pages, for one thread} */
  public PageReader reader() {
    return new PageReader(store, this);
  }

  /**
   * Reads one page; who reads many takes a {@link #reader}.
   *
   * @see PageReader#read
   */
  public PageClass read(long vpn, ByteBuffer into) throws StoreException {
    return reader().read(vpn, into);
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
        + StoreFormat.page(vpn);
  }

  @Override
  public String toString() {
    return "generation " + number() + " (" + id() + ")";
  }
}
