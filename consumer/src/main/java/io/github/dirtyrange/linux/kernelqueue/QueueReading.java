package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;

/**
 * Drains, a read(2) at a time. The kernel arms a page before it copies the page's region out, and
 * forgets the region then; so what was read is kept here until a sink has taken it (law L10), and
 * no more is read than a caller's buffer has room for.
 */
final class QueueReading {

  private static final int RECORDS_A_READ = 2048;

  private enum State {
    /** No drain is under way. */
    OVER,
    /** The kernel may have more of this drain. */
    READING,
    /** The kernel has told everything; some of it is still here. */
    READ
  }

  private final QueueFile file;
  private final Watched memory;
  private final ChangeRecords records;
  private final LastRegion last = new LastRegion();
  private State state = State.OVER;
  private long epoch = 1;
  private long pages;
  private long regions;
  private long calls;

  QueueReading(QueueFile file, Watched memory, ToldCategories told) {
    this.file = file;
    this.memory = memory;
    records = new ChangeRecords(RECORDS_A_READ, told);
  }

  /** {@return whether no drain is under way} */
  boolean isOver() {
    return state == State.OVER;
  }

  /**
   * Goes on with a drain, or begins one, and hands out as much as there is room for.
   *
   * @throws KernelException ESRCH if the memory has gone and everything was told
   */
  DrainReport drain(Outlet outlet) {
    pages = 0;
    regions = 0;
    calls = 0;
    if (state == State.OVER) {
      begin(outlet);
    }
    tell(outlet);
    return report();
  }

  /**
   * Reads for the first time before anything changes here: where that fails, nothing was begun. Of
   * a process that has ended, and was told to its end, the kernel reads nothing.
   */
  private void begin(Outlet outlet) {
    boolean more = read(outlet.room());
    if (!more) {
      memory.requireAlive();
    }
    state = more ? State.READING : State.READ;
  }

  private void tell(Outlet outlet) {
    while (true) {
      int room = outlet.room() - (last.isThere() ? 1 : 0);
      if (!records.hasNext() && state == State.READING && room > 0) {
        readMore(room);
      }
      if (records.hasNext() && lastTakes(records)) {
        records.skip();
      } else if (!last.isThere() || outlet.room() == 0) {
        return;
      } else {
        last.giveTo(outlet);
      }
    }
  }

  private boolean lastTakes(ChangeRecords from) {
    return last.takes(from.startVpn(), from.endVpn(), from.changed(), from.now());
  }

  /** The end of a process in the middle of a drain is told by the next one. */
  private void readMore(int room) {
    try {
      state = read(room) ? State.READING : State.READ;
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
      state = State.READ;
    }
  }

  /**
   * {@return whether there was something} A read of nothing ends a drain; EAGAIN is an empty one.
   */
  private boolean read(int room) {
    calls++;
    int most = Math.min(room, records.capacity());
    records.filled(0);
    int got;
    try {
      got = file.read(records.buffer(), most * QueueAbi.CHANGE_BYTES) / QueueAbi.CHANGE_BYTES;
    } catch (KernelException e) {
      if (e.errno() != Errno.EAGAIN) {
        throw e;
      }
      return false;
    }
    records.filled(got);
    regions += got;
    records.forEachLeft((startVpn, endVpn, changed, now) -> pages += endVpn - startVpn);
    return got > 0;
  }

  private DrainReport report() {
    boolean complete = state == State.READ && !last.isThere() && !records.hasNext();
    DrainReport report =
        new DrainReport(
            epoch, DrainReport.Method.QUEUE, pages, regions, calls, CauseCounts.NONE, complete);
    if (complete) {
      state = State.OVER;
      epoch++;
    }
    return report;
  }

  /** Hands out what {@link #drain} would, and leaves it. */
  void peek(ChangeSink sink, QueueVectors kernel) {
    LastRegion shown = last.copy();
    ChangeSink joined =
        (startVpn, endVpn, changed, now) -> {
          if (!shown.takes(startVpn, endVpn, changed, now)) {
            shown.giveTo(sink);
            shown.takes(startVpn, endVpn, changed, now);
          }
        };
    records.forEachLeft(joined);
    if (state != State.READ) {
      kernel.peek(joined);
    }
    if (shown.isThere()) {
      shown.giveTo(sink);
    }
  }

  /** {@return the memory of the buffer, in bytes} */
  long memoryBytes() {
    return records.buffer().capacity();
  }
}
