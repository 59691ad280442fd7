package io.github.dirtyrange.lab;

import io.github.dirtyrange.copy.PageSink;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.Stamp;
import java.nio.ByteBuffer;

/**
 * Compares copied pages, in ascending order, with what the workload wrote: a page of the sub-round
 * must carry just its stamp, any other page an earlier stamp, and every other byte be 0.
 */
final class ContentCheck implements PageSink {

  private static final int REST = Pages.SIZE - Long.BYTES;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(REST);

  private final ChangedPages written;
  private final int subRound;
  private int range;
  private long copiedPages;
  private long mismatches;

  ContentCheck(ChangedPages written, int subRound) {
    this.written = written;
    this.subRound = subRound;
  }

  /** {@return the bytes that were copied} */
  long copiedBytes() {
    return Pages.address(copiedPages);
  }

  /** {@return how many pages held something else, or could not be read} */
  long mismatches() {
    return mismatches;
  }

  @Override
  public void page(long vpn, ByteBuffer buffer, int offset) {
    copiedPages++;
    long stamp = buffer.getLong(offset);
    boolean stamped =
        isWritten(vpn) ? stamp == Stamp.of(subRound, vpn) : Stamp.isEarlier(stamp, subRound, vpn);
    if (!stamped || buffer.slice(offset + Long.BYTES, REST).mismatch(ZEROS) >= 0) {
      mismatches++;
    }
  }

  @Override
  public void unreadable(long vpn) {
    mismatches++;
  }

  private boolean isWritten(long vpn) {
    while (range < written.ranges() && written.endVpn(range) <= vpn) {
      range++;
    }
    return range < written.ranges() && written.startVpn(range) <= vpn;
  }
}
