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
import java.util.Arrays;
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
  private final byte[] page;
  private final byte[] zeros;
  private final byte[] other;
  private boolean over;

  GenerationWriter(
      SnapshotStore store,
      GenerationHeader header,
      long number,
      @Nullable Generation parent,
      PageLookup lookup)
      throws IOException {
    this.store = store;
    this.header = header;
    this.number = number;
    this.lookup = lookup;
    this.parent = parent == null ? null : new ParentPages(store, parent);
    aside = store.directory().resolve(StoreFormat.ASIDE + number);
    page = new byte[header.pageSize()];
    zeros = new byte[header.pageSize()];
    other = new byte[header.pageSize()];
    store.removeAside(aside);
    store.files().createDirectory(aside);
    pages = new PagesWriter(store.files().create(aside.resolve(StoreFormat.PAGES)));
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
    if (bytes.remaining() % page.length != 0) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes are no whole pages");
    }
    ranges.requireNext(startVpn, startVpn + bytes.remaining() / page.length);
    try {
      for (long vpn = startVpn; bytes.hasRemaining(); vpn++) {
        bytes.get(page);
        given(vpn);
      }
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private void given(long vpn) throws IOException {
    boolean zero = Arrays.equals(page, zeros);
    long checksum = zero ? 0 : Checksum.of(page);
    if (parent != null && parent.has(vpn, page, zero, checksum)) {
      add(vpn, PageClass.PARENT, 0, 0);
    } else if (zero) {
      add(vpn, PageClass.ZERO, 0, 0);
    } else if (!addSame(vpn, checksum)) {
      long pageIndex = pages.add(page, checksum);
      lookup.add(checksum, number, pageIndex);
      add(vpn, PageClass.DATA, 0, pageIndex);
    }
  }

  private void add(long vpn, PageClass pageClass, int detail, long pageIndex) {
    ranges.add(vpn + 1, pageClass, detail, pageIndex);
    tally.given(pageClass);
  }

  private boolean addSame(long vpn, long checksum) throws IOException {
    long place = lookup.find(checksum);
    if (place < 0) {
      return false;
    }
    long in = PageLookup.number(place);
    long pageIndex = PageLookup.pageIndex(place);
    if (in == number) {
      pages.read(pageIndex, other);
    } else {
      store.readStored(in, pageIndex, other);
    }
    if (!Arrays.equals(page, other)) {
      return false;
    }
    UUID source = in == number ? id : store.id(in);
    Integer known = sources.putIfAbsent(source, sources.size());
    add(vpn, PageClass.SAME, known == null ? sources.size() - 1 : known, pageIndex);
    return true;
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
    Index index =
        new Index(
            id,
            number,
            header,
            ranges.mappings(),
            List.copyOf(sources.keySet()),
            ranges.ranges(),
            pages.checksums());
    try {
      write(index);
    } catch (IOException e) {
      throw notWritten(e);
    }
    over = true;
    return store.committed(index);
  }

  /** Everything of it is on the disk before it has its name. */
  private void write(Index index) throws IOException {
    StoreFiles files = store.files();
    pages.finish();
    pages.close();
    try (StoreFiles.Output out = files.create(aside.resolve(StoreFormat.INDEX))) {
      IndexWriter.write(index, out);
      out.force();
    }
    files.force(aside);
    files.rename(aside, store.directory().resolve(StoreFormat.directory(number)));
    files.force(store.directory());
  }

  private SavedException notWritten(IOException cause) {
    return new SavedException(
        Kind.DISK, "generation " + number + " of " + store.directory() + " is not written", cause);
  }

  private void requireOpen() {
    if (over) {
      throw new IllegalStateException("generation " + number + " is over");
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
