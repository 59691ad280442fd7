package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.copy.BatchReader;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.UnreadReason;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands a generation's pages to its writer in ascending order, although pages are read in batches
 * that go over many mappings: what is to be said of others in between waits for its turn.
 */
final class PendingPages implements BatchReader.Sink<SavedException> {

  /** So much may wait, even if nothing is to be read. */
  private static final int MOST_WAITING = 1 << 16;

  private final Kernel kernel;
  private final TrackedProcess process;
  private final GenerationWriter writer;
  private final BatchReader reader;
  private final BooleanSupplier ending;
  private final ArrayDeque<Step> waiting = new ArrayDeque<>();
  private final ChangedPages unread = new ChangedPages();
  private @Nullable List<Vma> mappingsNow;
  private long storeNanos;

  /** Something to tell the writer that needs no reading. */
  private record Step(long startVpn, Telling telling) {}

  /** Tells it. */
  @FunctionalInterface
  interface Telling {
    void to(GenerationWriter writer) throws SavedException;
  }

  /**
   * Reads by a reader that nobody else uses meanwhile.
   *
   * @param ending whether to give up; asked before each batch
   */
  PendingPages(
      Kernel kernel,
      TrackedProcess process,
      BatchReader reader,
      GenerationWriter writer,
      BooleanSupplier ending) {
    this.kernel = kernel;
    this.process = process;
    this.reader = reader;
    this.writer = writer;
    this.ending = ending;
    reader.clear();
  }

  /** Begins a mapping. */
  void mapping(Vma vma) throws SavedException {
    SavedMapping mapping = saved(vma);
    tell(vma.startVpn(), to -> to.mapping(mapping));
  }

  private static SavedMapping saved(Vma vma) {
    int permissions =
        (vma.readable() ? SavedMapping.READ : 0)
            | (vma.writable() ? SavedMapping.WRITE : 0)
            | (vma.executable() ? SavedMapping.EXECUTE : 0)
            | (vma.shared() ? SavedMapping.SHARED : 0);
    return new SavedMapping(
        vma.startVpn(),
        vma.endVpn(),
        permissions,
        vma.offsetBytes(),
        vma.device(),
        vma.inode(),
        vma.path());
  }

  private void requireGoingOn() {
    if (ending.getAsBoolean()) {
      throw new GivenUpException();
    }
  }

  /**
   * Says what is known of pages from one on, or that a mapping begins there.
   *
   * @throws GivenUpException if the end is wished for, as all that follow
   */
  void tell(long startVpn, Telling telling) throws SavedException {
    waiting.add(new Step(startVpn, telling));
    if (waiting.size() == MOST_WAITING) {
      flush();
    }
  }

  /** Reads pages of one mapping. */
  void read(long startVpn, long endVpn) throws SavedException {
    reader.add(startVpn, endVpn, this);
  }

  /** Hands over all that waits. */
  void flush() throws SavedException {
    requireGoingOn();
    reader.flush(this);
    tellBefore(Long.MAX_VALUE);
  }

  private void tellBefore(long endVpn) throws SavedException {
    while (!waiting.isEmpty() && waiting.element().startVpn() <= endVpn) {
      waiting.remove().telling().to(writer);
    }
  }

  @Override
  public void run(long startVpn, int pages, ByteBuffer buffer, int offset) throws SavedException {
    requireGoingOn();
    long start = kernel.nanoTime();
    tellBefore(startVpn);
    writer.data(startVpn, buffer.duplicate().limit(offset + pages * Pages.SIZE).position(offset));
    storeNanos += kernel.nanoTime() - start;
    mappingsNow = null;
  }

  @Override
  public void unreadable(long vpn) throws SavedException {
    tellBefore(vpn);
    noteUnread(vpn, vpn + 1, why(vpn));
  }

  /** Says that pages cannot be read. */
  void unread(long startVpn, long endVpn, UnreadReason reason) throws SavedException {
    tell(startVpn, to -> noteUnread(startVpn, endVpn, reason));
  }

  /** Tells the writer, whose turn it is, that pages could not be read. */
  void noteUnread(long startVpn, long endVpn, UnreadReason reason) {
    writer.unread(startVpn, endVpn, reason);
    unread.add(startVpn, endVpn);
  }

  /** {@return the pages that could not be read, and are to be tried again} */
  ChangedPages unread() {
    return unread;
  }

  /** Of many pages in a row one look at the mappings has to do. */
  private UnreadReason why(long vpn) {
    if (mappingsNow == null) {
      mappingsNow = process.maps();
    }
    int next = Vma.firstEndingAfter(mappingsNow, vpn);
    if (next == mappingsNow.size() || !mappingsNow.get(next).holds(vpn)) {
      return UnreadReason.GONE;
    }
    return mappingsNow.get(next).readable() ? UnreadReason.FAULT : UnreadReason.DENIED;
  }

  /** {@return how long the writer took with pages} */
  long storeNanos() {
    return storeNanos;
  }
}
