package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedMapping;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads an index, and refuses what no writer writes; no count is believed before it is checked. */
final class IndexReader {

  private static final int ALL_FLAGS =
      StoreFormat.STOPPED | StoreFormat.EXACT | StoreFormat.HAS_PARENT;

  /** A {@link RangeTable} has no room for more. */
  private static final int MOST_SOURCES = 1 << 23;

  private final IndexInput in;

  private IndexReader(IndexInput in) {
    this.in = in;
  }

  /**
   * Reads an index whole.
   *
   * @throws SavedException if it is missing, cut, damaged, of another version, or says what cannot
   *     be; the message does not name it
   */
  static Index read(Path file) throws SavedException {
    try (IndexInput in = IndexInput.open(file)) {
      return new IndexReader(in).index();
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(SavedFault.Kind.DISK, "it cannot be read", e);
    }
  }

  private Index index() throws IOException {
    requireMagic();
    int pageSize = in.i4();
    require(in.u1() == 0, "bytes that are kept free are not 0");
    int flags = in.u1();
    require((flags & ~ALL_FLAGS) == 0, "it has unknown flags");
    require(in.u2() == 0, "bytes that are kept free are not 0");
    int pid = in.i4();
    UUID id = in.id();
    Optional<GenerationHeader.Parent> parent = parent(flags);
    long number = in.i8();
    require(number >= 1 && number <= StoreFormat.MOST_NUMBER, "its number is " + number);
    GenerationHeader header = header(pageSize, flags, pid, parent);
    long pagesBytes = in.i8();
    require(in.i8() == in.length(), "it is cut, or longer than it says");
    int mappingCount = in.i4();
    int sourceCount = in.i4();
    long rangeCount = in.i8();
    long checksumCount = in.i8();
    int partCount = in.i4();
    int replacedCount = in.i4();
    ByteBuffer notes = notes(in.i8());
    List<SavedMapping> mappings = mappings(mappingCount);
    List<UUID> sources = sources(sourceCount);
    RangeTable ranges =
        ranges(
            rangeCount, new RangeChecker(mappings, sources.size(), parent.isPresent(), partCount));
    List<UUID> replaced = ids(replacedCount, "generations that it replaced");
    int stored = in.count(checksumCount, StoreFormat.CHECKSUM_BYTES, "checksums");
    List<PagesPart> parts = PartsReader.read(in, partCount, pageSize, stored);
    LongArrayList checksums = checksums(stored);
    in.requireEnd();
    Index index =
        new Index(id, number, header, notes, replaced, mappings, sources, parts, ranges, checksums);
    requirePages(index, pagesBytes);
    return index;
  }

  private ByteBuffer notes(long bytes) throws IOException {
    require(
        bytes >= 0 && bytes <= StoreFormat.MOST_NOTES_BYTES, "its notes have " + bytes + " bytes");
    return ByteBuffer.wrap(in.raw(in.count(bytes, 1, "bytes of notes"))).asReadOnlyBuffer();
  }

  private void requireMagic() throws IOException {
    byte[] magic = StoreFormat.indexMagic();
    require(Arrays.equals(in.raw(magic.length), magic), "it is no index");
    int version = in.i4();
    if (version != StoreFormat.VERSION) {
      throw new SavedException(
          SavedFault.Kind.VERSION, StoreDirectory.versionRefused("it", version));
    }
  }

  private Optional<GenerationHeader.Parent> parent(int flags) throws IOException {
    UUID id = in.id();
    long epoch = in.i8();
    if ((flags & StoreFormat.HAS_PARENT) != 0) {
      return Optional.of(new GenerationHeader.Parent(id, epoch));
    }
    require(id.equals(new UUID(0, 0)) && epoch == 0, "it has no parent, and names one");
    return Optional.empty();
  }

  private GenerationHeader header(
      int pageSize, int flags, int pid, Optional<GenerationHeader.Parent> parent)
      throws IOException {
    UUID tracker = in.id();
    long epoch = in.i8();
    long startTicks = in.i8();
    long wallMillis = in.i8();
    try {
      return new GenerationHeader(
          pageSize,
          tracker,
          epoch,
          parent,
          pid,
          startTicks,
          wallMillis,
          (flags & StoreFormat.STOPPED) != 0,
          (flags & StoreFormat.EXACT) != 0);
    } catch (IllegalArgumentException e) {
      throw IndexInput.bad(String.valueOf(e.getMessage()));
    }
  }

  private List<SavedMapping> mappings(int told) throws IOException {
    int count = in.count(told, StoreFormat.MAPPING_BYTES, "mappings");
    List<SavedMapping> mappings = new ArrayList<>(count);
    long end = 0;
    for (int i = 0; i < count; i++) {
      SavedMapping mapping = mapping();
      if (mapping.startVpn() < end) {
        throw new SavedException(
            SavedFault.Kind.ORDER,
            "the mapping at page "
                + PageText.page(mapping.startVpn())
                + " begins before the end of the one before");
      }
      end = mapping.endVpn();
      mappings.add(mapping);
    }
    return mappings;
  }

  private SavedMapping mapping() throws IOException {
    long start = in.i8();
    long end = in.i8();
    long offset = in.i8();
    long device = in.i8();
    long inode = in.i8();
    int permissions = in.i4();
    int nameBytes = in.count(Integer.toUnsignedLong(in.i4()), 1, "bytes of a name");
    require(nameBytes <= SavedMapping.MOST_NAME_BYTES, "a name is longer than any");
    String name = in.text(nameBytes);
    try {
      return new SavedMapping(start, end, permissions, offset, device, inode, name);
    } catch (IllegalArgumentException e) {
      throw IndexInput.bad(String.valueOf(e.getMessage()));
    }
  }

  private List<UUID> sources(int told) throws IOException {
    List<UUID> sources = ids(told, "generations that pages equal");
    require(sources.size() < MOST_SOURCES, "it names too many generations");
    return sources;
  }

  private List<UUID> ids(int told, String what) throws IOException {
    int count = in.count(told, StoreFormat.ID_BYTES, what);
    List<UUID> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(in.id());
    }
    require(new HashSet<>(ids).size() == count, "it names a generation twice");
    return ids;
  }

  private RangeTable ranges(long told, RangeChecker checker) throws IOException {
    int count = in.count(told, StoreFormat.RANGE_BYTES, "ranges");
    for (int i = 0; i < count; i++) {
      long start = in.i8();
      long pages = in.i8();
      int pageClass = in.u1();
      int reason = in.u1();
      require(in.u2() == 0, "bytes that are kept free are not 0");
      checker.add(start, pages, pageClass, reason, in.i4(), in.i8());
    }
    return checker.whole();
  }

  private LongArrayList checksums(int count) throws IOException {
    LongArrayList checksums = new LongArrayList(count);
    for (int i = 0; i < count; i++) {
      checksums.add(in.i8());
    }
    return checksums;
  }

  private static void requirePages(Index index, long pagesBytes) throws SavedException {
    RangeTable ranges = index.ranges();
    BitSet stored = new BitSet();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.pageClass(i) == PageClass.DATA) {
        store(stored, ranges, i, index.checksums().size());
      }
    }
    require(
        stored.cardinality() == index.checksums().size(),
        "its checksums are not as many as its pages");
    require(pagesBytes == index.pagesBytes(), "its pages do not take the bytes that it says");
  }

  /** Each page that is stored is one page of the process. */
  private static void store(BitSet stored, RangeTable ranges, int range, int most)
      throws SavedException {
    long start = ranges.pageIndex(range);
    long end = start + ranges.end(range) - ranges.start(range);
    require(end <= most, "its checksums are not as many as its pages");
    int next = stored.nextSetBit((int) start);
    require(next < 0 || next >= end, "it has a stored page twice");
    stored.set((int) start, (int) end);
  }

  private static void require(boolean right, String otherwise) throws SavedException {
    if (!right) {
      throw IndexInput.bad(otherwise);
    }
  }
}
