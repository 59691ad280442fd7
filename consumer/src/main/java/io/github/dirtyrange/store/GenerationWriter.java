package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.UnreadReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes one generation: each mapping, and behind it what each of its pages is, all ascending and
 * without a gap. Nothing of it is in the store before {@link #commit}. For one thread.
 *
 * <p>Pages given with their bytes are not stored again where they are all zero, equal the parent's,
 * or equal any page that the store has; a checksum finds such a page, and its bytes decide.
 *
 * <p>What is told out of order throws an {@link IllegalArgumentException}.
 */
public final class GenerationWriter implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SnapshotStore store;
  private final GenerationHeader header;
  private final UUID id = new UUID(RANDOM.nextLong(), RANDOM.nextLong());
  private final long number;
  private final Path aside;
  private final PagesWriter pages;
  private final @Nullable ParentPages parent;
  private final PageLookup lookup;
  private final RangeBuilder ranges = new RangeBuilder();
  private final Map<UUID, Integer> sources = new LinkedHashMap<>();
  private final Tally tally = new Tally();
  private final GivenPages given;
  private final byte[] other;
  private ByteBuffer notes = ByteBuffer.allocate(0);
  private boolean over;
  private boolean failed;

  GenerationWriter(
      SnapshotStore store,
      GenerationHeader header,
      long number,
      @Nullable Generation parent,
      PageLookup lookup,
      Compression compression)
      throws IOException {
    this.store = store;
    this.header = header;
    this.number = number;
    this.lookup = lookup;
    this.parent = parent == null ? null : new ParentPages(store, parent);
    aside = store.directory().resolve(StoreFormat.ASIDE + number);
    given = new GivenPages(store, number, header.pageSize(), this.parent, lookup);
    other = new byte[header.pageSize()];
    store.removeAside(aside);
    store.files().createDirectory(aside);
    StoreFiles.Output out = store.files().create(aside.resolve(StoreFormat.PAGES));
    pages = new PagesWriter(PagesSink.of(compression, out, header.pageSize()), 0);
  }

  /**
   * Tells what else there is to know of the process, as the notes of a core; at any time before the
   * end, and again in the place of what was told before.
   *
   * @param bytes all that remain, which are copied
   * @throws IllegalArgumentException if they are more than 64 MiB
   */
  public void notes(ByteBuffer bytes) {
    requireOpen();
    if (bytes.remaining() > StoreFormat.MOST_NOTES_BYTES) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes of notes are too many");
    }
    notes = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  /**
   * Begins a mapping, behind all others.
   *
   * @throws IllegalStateException if pages of the mapping before were not told
   */
  public void mapping(SavedMapping mapping) {
    requireOpen();
    ranges.mapping(mapping);
  }

  /**
   * Tells pages with their bytes.
   *
   * @param startVpn the first one
   * @param bytes of whole pages, all that remain; they are taken
   * @throws SavedException if they cannot be written, or what they are compared with cannot be read
   */
  public void data(long startVpn, ByteBuffer bytes) throws SavedException {
    requireOpen();
    if (bytes.remaining() % other.length != 0) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes are no whole pages");
    }
    ranges.requireNext(startVpn, startVpn + bytes.remaining() / other.length);
    try {
      for (long vpn = startVpn; bytes.hasRemaining(); vpn += given.count()) {
        given.take(vpn, bytes);
        int settled = 0;
        while (settled < given.count()) {
          settled += settle(settled);
        }
      }
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  /** Deals with one page, or with several that are stored; {@return how many} */
  private int settle(int i) throws IOException {
    switch (given.known(i)) {
      case SILENT -> add(1, PageClass.PARENT, 0, 0);
      case ZERO -> add(1, PageClass.ZERO, 0, 0);
      case SAME -> addSame(given.holder(i).id(), given.place(i));
      case NOWHERE -> {
        return unknown(i);
      }
    }
    return 1;
  }

  /** Among pages that are new there may still be one that was new a moment ago. */
  private int unknown(int first) throws IOException {
    long index = pages.next();
    int end = first;
    long before = -1;
    while (before < 0 && end < given.count() && given.known(end) == GivenPages.Known.NOWHERE) {
      before = lookup.add(given.checksum(end), number, index + end - first);
      end += before < 0 ? 1 : 0;
    }
    if (end > first) {
      store(first, end - first);
      return end - first;
    }
    if (isOwn(first, before)) {
      addSame(id, PageLookup.pageIndex(before));
    } else {
      store(first, 1);
    }
    return 1;
  }

  /** {@return whether a page equals one of this generation with its checksum} */
  private boolean isOwn(int i, long place) throws IOException {
    if (PageLookup.number(place) != number) {
      return false;
    }
    pages.read(PageLookup.pageIndex(place), other);
    return given.isPage(i, other);
  }

  private void store(int first, int count) throws IOException {
    long index = pages.next();
    pages.add(given.bytes(), first * other.length, given.checksums(), first, count);
    add(count, PageClass.DATA, 0, index);
  }

  private void add(int count, PageClass pageClass, int detail, long pageIndex) {
    ranges.add(ranges.next() + count, pageClass, detail, pageIndex);
    tally.given(pageClass, count);
  }

  private void addSame(UUID source, long pageIndex) {
    Integer known = sources.putIfAbsent(source, sources.size());
    add(1, PageClass.SAME, known == null ? sources.size() - 1 : known, pageIndex);
  }

  /**
   * Tells pages that did not change since the parent.
   *
   * @throws SavedException if the parent does not have one of them: all that it does not have must
   *     be told otherwise
   */
  public void parent(long startVpn, long endVpn) throws SavedException {
    requireOpen();
    ranges.requireNext(startVpn, endVpn);
    long hole = parent == null ? startVpn : parent.firstHole(startVpn, endVpn);
    if (hole < endVpn) {
      throw new SavedException(
          Kind.HOLE_IN_PARENT,
          "generation " + number + ": the parent does not have page " + PageText.page(hole));
    }
    told(startVpn, endVpn, PageClass.PARENT, 0);
  }

  /** Tells pages that are all zero. */
  public void zero(long startVpn, long endVpn) {
    told(startVpn, endVpn, PageClass.ZERO, 0);
  }

  /** Tells pages that are mapped and that nobody touched. */
  public void nothing(long startVpn, long endVpn) {
    told(startVpn, endVpn, PageClass.NOTHING, 0);
  }

  /** Tells pages that are swapped out, and whose bytes are not given. */
  public void swapped(long startVpn, long endVpn) {
    told(startVpn, endVpn, PageClass.SWAPPED, 0);
  }

  /** Tells unchanged pages of the mapping's file, whose bytes are not given. */
  public void file(long startVpn, long endVpn) {
    told(startVpn, endVpn, PageClass.FILE, 0);
  }

  /** Tells pages that could not be read, and why. */
  public void unread(long startVpn, long endVpn, UnreadReason reason) {
    told(startVpn, endVpn, PageClass.UNREAD, reason.code());
  }

  private void told(long startVpn, long endVpn, PageClass pageClass, int detail) {
    requireOpen();
    ranges.requireNext(startVpn, endVpn);
    ranges.add(endVpn, pageClass, detail, 0);
    tally.told(pageClass, endVpn - startVpn);
  }

  /** {@return what became of the pages so far} */
  public GenerationCounts counts() {
    return tally.counts();
  }

  /**
   * Makes the generation part of the store. When this returns, it is on the disk. When it throws,
   * it is not in the store as far as this program knows, and what changed is still to be written;
   * who opens the store anew may find it there, whole.
   *
   * @throws SavedException if it could not be written
   * @throws IllegalStateException if pages of the last mapping were not told
   */
  public Generation commit() throws SavedException {
    requireOpen();
    ranges.requireWhole();
    Index index;
    try {
      PagesPart part = pages.finish();
      pages.close();
      index = index(part);
      write(index);
    } catch (IOException e) {
      throw notWritten(e);
    }
    over = true;
    return store.committed(index);
  }

  private Index index(PagesPart part) {
    return new Index(
        id,
        number,
        header,
        notes,
        List.of(),
        ranges.mappings(),
        List.copyOf(sources.keySet()),
        List.of(part),
        ranges.ranges(),
        pages.checksums());
  }

  /** Everything of it is on the disk before it has its name. */
  private void write(Index index) throws IOException {
    StoreFiles files = store.files();
    try (StoreFiles.Output out = files.create(aside.resolve(StoreFormat.INDEX))) {
      IndexWriter.write(index, out);
      out.force();
    }
    files.force(aside);
    files.rename(aside, store.directory().resolve(StoreFormat.directory(number)));
    files.force(store.directory());
  }

  /** Nothing is tried again: a second fsync may say that all is well, and the bytes are gone. */
  private SavedException notWritten(IOException cause) {
    failed = true;
    if (cause instanceof SavedException known) {
      return known;
    }
    return new SavedException(
        Kind.DISK, "generation " + number + " of " + store.directory() + " is not written", cause);
  }

  private void requireOpen() {
    if (over) {
      throw new IllegalStateException("generation " + number + " is over");
    }
    if (failed) {
      throw new IllegalStateException(
          "generation " + number + " could not be written: begin another");
    }
  }

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() throws IOException {
    if (over) {
      return;
    }
    over = true;
    store.aborted();
    pages.close();
    store.removeAside(aside);
  }
}
