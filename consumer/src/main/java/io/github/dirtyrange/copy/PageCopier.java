package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;

/**
 * Copies changed pages out of a process, batch by batch ({@link BatchReader}).
 *
 * <p>What was changed and could not be handed over is owed (law L10): a page that could not be read
 * now, all that was left when the sink or the process failed. The kernel will not tell of it again.
 * It comes with the next {@link #copy}, until it is copied or gone. So one copier is to be used for
 * one process from its first round to its last.
 */
public final class PageCopier {

  private final TrackedProcess process;
  private final BatchReader reader;
  private final OwedPages owed = new OwedPages();

  /**
   * Makes a copier whose buffer holds {@code bufferPages} pages.
   *
   * @throws IllegalArgumentException if that is less than one page, or 2 GiB or more: a buffer's
   *     places are ints
   */
  public PageCopier(TrackedProcess process, int bufferPages) {
    this.process = process;
    reader = new BatchReader(process, bufferPages);
  }

  /**
   * Tells the sink of every region and of what is gone, then copies the ranges to copy and hands
   * each page over, or says that it is unreadable; what is owed from earlier copies is among them,
   * in order. If the sink or the process throws, all that was not taken is owed.
   */
  public void copy(ChangedPages changed, PageSink sink) {
    try {
      owed.tell(changed, sink);
      copyRanges(owed.due(process, sink), sink);
    } finally {
      owed.keepRest();
    }
  }

  /** {@return how many pages were to be copied, and could not be until now} */
  public long owedPages() {
    return owed.pages();
  }

  private void copyRanges(ChangedPages due, PageSink sink) {
    reader.clear();
    Owing pages = new Owing(owed, sink);
    for (int range = 0; range < due.ranges(); range++) {
      reader.add(due.startVpn(range), due.endVpn(range), pages);
    }
    reader.flush(pages);
  }

  /** Hands out page by page, and takes note of what the sink has. */
  private record Owing(OwedPages owed, PageSink sink)
      implements BatchReader.Sink<RuntimeException> {

    @Override
    public void run(long startVpn, int pages, ByteBuffer buffer, int offset) {
      for (int i = 0; i < pages; i++) {
        sink.page(startVpn + i, buffer, offset + i * Pages.SIZE);
        owed.taken(startVpn + i);
      }
    }

    @Override
    public void unreadable(long vpn) {
      owed.unreadable(vpn);
      sink.unreadable(vpn);
    }
  }
}
