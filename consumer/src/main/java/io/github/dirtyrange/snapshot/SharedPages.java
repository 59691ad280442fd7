package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.SharedMemory;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.UnreadReason;
import io.github.dirtyrange.store.GenerationWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Pages of shared memory that the process has not touched, or not since they were swapped out: what
 * others wrote is read from the memory itself.
 */
final class SharedPages implements AutoCloseable {

  private static final int BATCH_PAGES = 256;

  private final TrackedProcess process;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BATCH_PAGES * Pages.SIZE).order(ByteOrder.nativeOrder());
  private @Nullable Vma mapping;
  private @Nullable SharedMemory memory;

  SharedPages(TrackedProcess process) {
    this.process = process;
  }

  /** Copies pages of a mapping; the others of it that are asked for next cost no opening. */
  void copy(Vma vma, long startVpn, long endVpn, PendingPages pages) throws SavedException {
    SharedMemory of = memory(vma);
    if (of == null) {
      pages.unread(startVpn, endVpn, UnreadReason.DENIED);
      return;
    }
    long end = Math.max(startVpn, Math.min(endVpn, of.endVpn()));
    long vpn = startVpn;
    while (vpn < end) {
      long data = of.nextData(vpn, end);
      nothing(vpn, data, pages);
      long hole = of.nextHole(data, end);
      tell(of, data, hole, pages);
      vpn = hole;
    }
    if (end < endVpn) {
      pages.unread(end, endVpn, UnreadReason.FAULT);
    }
  }

  private static void nothing(long startVpn, long endVpn, PendingPages pages)
      throws SavedException {
    if (startVpn < endVpn) {
      pages.tell(startVpn, writer -> writer.nothing(startVpn, endVpn));
    }
  }

  /** It is read when its turn comes, so that no more than a batch is ever held. */
  private void tell(SharedMemory of, long startVpn, long endVpn, PendingPages pages)
      throws SavedException {
    if (startVpn < endVpn) {
      pages.tell(startVpn, writer -> write(of, startVpn, endVpn, writer, pages));
      pages.flush();
    }
  }

  private void write(
      SharedMemory of, long startVpn, long endVpn, GenerationWriter writer, PendingPages pages)
      throws SavedException {
    long vpn = startVpn;
    while (vpn < endVpn) {
      buffer.clear();
      int read = read(of, vpn, (int) Math.min(BATCH_PAGES, endVpn - vpn));
      if (read == 0) {
        pages.noteUnread(vpn, vpn + 1, UnreadReason.FAULT);
        vpn++;
      } else {
        writer.data(vpn, buffer.flip());
        vpn += read;
      }
    }
  }

  private int read(SharedMemory of, long startVpn, int count) {
    try {
      return of.read(startVpn, count, buffer);
    } catch (KernelException e) {
      buffer.clear();
      return 0;
    }
  }

  private @Nullable SharedMemory memory(Vma vma) {
    if (!vma.equals(mapping)) {
      close();
      mapping = vma;
      memory = process.openShared(vma).orElse(null);
    }
    return memory;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
    mapping = null;
  }
}
