package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import java.nio.file.Path;

/**
 * Records of what changes one process's pages, from {@linkplain RecordPrograms programs} at the
 * functions that do it.
 */
public final class ChangeRecords implements AutoCloseable {

  private static final Change[] COUNTED = {Change.RETRACTED, Change.REMOTE_FAULT};

  private final RecordPrograms programs;
  private final Targets targets;
  private final long mm;
  private final RecordRing ring;
  private final int slot;

  /** How often each of those had happened when this was last read. */
  private final long[] counted = new long[COUNTED.length];

  private boolean open = true;

  private ChangeRecords(RecordPrograms programs, long mm, RecordRing ring, int slot) {
    this.programs = programs;
    targets = programs.targets();
    this.mm = mm;
    this.ring = ring;
    this.slot = slot;
    for (int i = 0; i < COUNTED.length; i++) {
      counted[i] = targets.count(COUNTED[i]);
    }
  }

  /**
   * Attaches programs, unless they are attached. Nothing is recorded yet. A process that is
   * followed here already gets programs of its own.
   *
   * @param pagemap {@code /proc/PID/pagemap} of the process, or of a thread of it: a file of its
   *     memory is to be kept open for as long as this is
   * @param ringBytes what the ring may take: rounded down to a power of two, a page at least and
   *     256 MiB at most
   * @throws KernelException if its memory cannot be found, or no program tells of its faults
   */
  public static ChangeRecords open(Path pagemap, long ringBytes) {
    try (RecordPrograms programs = RecordPrograms.shared()) {
      programs.requireFaults();
      long mm = programs.findMemory(pagemap);
      try {
        return open(programs, mm, ringBytes);
      } catch (KernelException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
      }
      try (RecordPrograms own = RecordPrograms.attach(Btf.running(), Hooks.ALL)) {
        own.requireFaults();
        return open(own, mm, ringBytes);
      }
    }
  }

  /**
   * Has programs record changes of one more memory. Nothing is recorded yet.
   *
   * @param mm where the kernel has it
   * @param ringBytes as for {@link #open(Path, long)}
   * @throws KernelException EEXIST if it is followed by these programs already, EMFILE if as many
   *     are as can be
   */
  public static ChangeRecords open(RecordPrograms programs, long mm, long ringBytes) {
    long bytes = Math.max(Pages.SIZE, Math.min(ringBytes, RecordRing.MOST_BYTES));
    RecordRing ring = RecordRing.create((int) Long.highestOneBit(bytes));
    try {
      int slot = programs.targets().add(mm, ring);
      programs.use();
      return new ChangeRecords(programs, mm, ring, slot);
    } catch (RuntimeException | Error e) {
      ring.close();
      throw e;
    }
  }

  /** {@return the programs that record, which others may use, too} */
  public RecordPrograms programs() {
    return programs;
  }

  /** Records from now on whatever changes the memory's pages. */
  public void follow() {
    record(true, true);
  }

  /** Records from now on all of that but faults. */
  public void followAllButFaults() {
    record(true, false);
  }

  /** Records nothing any more. */
  public void followNobody() {
    record(false, false);
  }

  /** Once it is closed its slot is another's. */
  private synchronized void record(boolean changes, boolean faults) {
    if (!open) {
      throw new IllegalStateException("used after close");
    }
    targets.record(slot, changes, faults);
  }

  /**
   * Hands out the records that are waiting. What was only counted since the last time, as nobody
   * knows whose pages it has changed, comes last, once and without a place.
   *
   * @return false if one of those is not written yet, and so neither it nor those behind it were
   *     handed out
   */
  public boolean read(RecordSink sink) {
    boolean whole = ring.read(sink);
    for (int i = 0; i < COUNTED.length; i++) {
      long count = targets.count(COUNTED[i]);
      if (count != counted[i]) {
        counted[i] = count;
        sink.record(COUNTED[i], 0, 0, 0, 0, 0);
      }
    }
    return whole;
  }

  /** {@return how many bytes of records are waiting} What was only counted has none. */
  public long pendingBytes() {
    return ring.pendingBytes();
  }

  /** {@return whether there is something to read} */
  public boolean hasAny() {
    boolean any = ring.pendingBytes() > 0;
    for (int i = 0; i < COUNTED.length; i++) {
      any |= targets.count(COUNTED[i]) != counted[i];
    }
    return any;
  }

  /**
   * {@return how many changes, since some moment before this was opened, were not recorded} To be
   * asked after reading. Some may have been of others: a program that did not run cannot tell.
   */
  public long lost() {
    return targets.lost(slot, false) + programs.misses(false);
  }

  /** {@return as that, of writes that no look at the pages shows} */
  public long lostWrites() {
    return targets.lost(slot, true) + programs.misses(true);
  }

  /** {@return whether the machine lets programs at functions run at all} */
  public boolean isOn() {
    return programs.isOn();
  }

  /** {@return the memory of the ring, and of what all records here share, in bytes} */
  public long memoryBytes() {
    return ring.memoryBytes() + Targets.MAPPED_BYTES;
  }

  @Override
  public synchronized void close() {
    if (!open) {
      return;
    }
    open = false;
    targets.remove(mm);
    ring.close();
    programs.close();
  }
}
