package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The queue that a patched kernel keeps of a process: {@code /proc/PID/pagemap_queue}, opened, read
 * and polled as docs/kernel-api.md says. It arms by soft-dirty, all memory but that of hugetlbfs,
 * of drivers and of DAX files, and takes nothing from the process but page faults.
 *
 * <p>Of the laws it says a little more, and a little less, than other queues:
 *
 * <ul>
 *   <li>Writes are exact at any budget (L2), while the bitmaps beside page tables can be had: the
 *       page table's entry remembers them, and the queue is its index. The budget bounds the ranges
 *       that were unmapped or moved, and writes below a page table that has no bitmaps.
 *   <li>{@code changed} says "at least" (L8): where Linux clears an entry and sets it anew, as when
 *       a page is copied on write, PRESENT may be told beside what changed.
 *   <li>Pages that are pinned for a device are HOT, in every drain, until they are not.
 *   <li>write(2) to a file, and truncation within a page, change no entry: memory with a file
 *       behind it changes so unseen.
 * </ul>
 */
public final class KernelChangeQueue implements ChangeQueue {

  /** What brings such a queue to a machine whose kernel has none. */
  public static final String PATCHED_KERNEL =
      "the patched kernel that consumer/kernel-lab/run queue builds (docs/kernel-lab.md)";

  /** An interrupt is noticed after so long. */
  private static final int LONGEST_POLL_MILLIS = 20;

  private final QueueFile file;
  private final Watched memory;
  private final ToldCategories told;
  private final QueueReading reading;
  private final QueueVectors vectors;
  private final QueueCategories given;
  private final ByteBuffer status = Sys.struct(QueueAbi.STATUS_BYTES);
  private boolean enabled = true;

  private KernelChangeQueue(QueueFile file, Watched memory, ToldCategories told) {
    this.file = file;
    this.memory = memory;
    this.told = told;
    reading = new QueueReading(file, memory, told);
    vectors = new QueueVectors(file, told);
    given = told.given(readStatus(QueueAbi.STATUS_TOLD));
  }

  /**
   * Opens a queue on a process, on, and arms its ranges.
   *
   * @throws KernelException EOPNOTSUPP where this kernel has none, or cannot tell a category that
   *     is asked for; EBUSY where the process has one; ENOMEM where its memory cannot be had
   */
  public static KernelChangeQueue open(MemoryIdentity identity, ChangeQueueOptions options) {
    return open(OpenQueueFile.open(identity), Watched.of(identity), options);
  }

  /** Opens a queue by an open file, which becomes its own. */
  static KernelChangeQueue open(QueueFile file, Watched memory, ChangeQueueOptions options) {
    try {
      ToldCategories told = new ToldCategories(options);
      QueueOpening.open(file, options, told);
      return new KernelChangeQueue(file, memory, told);
    } catch (KernelException e) {
      file.close();
      throw e.errno() == Errno.ESRCH ? memory.gone() : e;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Claims claims() {
    Claims claims = Claims.allBut().butOfFiles(Law.COMPLETE);
    if ((told.changedMask() & Categories.SOFT_DIRTY) == 0 && told.changedMask() != 0) {
      claims = claims.without(Law.COMPLETE, Law.AGREES_WITH_SCAN, Law.FROM_THE_FIRST_WRITE);
    }
    if (told.renames()) {
      claims = claims.without(Law.AGREES_WITH_SCAN);
    }
    return given.changed() == given.now() ? claims : claims.without(Law.CARRIES_DELTAS);
  }

  /** {@inheritDoc} SOFT_DIRTY is told as WRITTEN to whoever asks for that. */
  @Override
  public QueueCategories categories() {
    return given;
  }

  /** {@inheritDoc} A process that has ended, and was told to the end, wakes as well. */
  @Override
  public boolean await(long timeoutNanos) {
    if (!reading.isOver()) {
      return true;
    }
    long start = System.nanoTime();
    while (true) {
      long rest = Math.max(0, timeoutNanos - (System.nanoTime() - start));
      if (file.poll(millis(rest))) {
        return true;
      }
      if (rest == 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
  }

  private static int millis(long nanos) {
    long roundedUp = TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    return (int) Math.min(LONGEST_POLL_MILLIS, roundedUp);
  }

  @Override
  public DrainReport drain(PageChangeBuffer buffer) {
    buffer.clear();
    return alive(() -> reading.drain(Outlet.of(buffer)));
  }

  @Override
  public DrainReport drain(ChangeSink sink) {
    return alive(() -> reading.drain(Outlet.of(sink)));
  }

  /** {@inheritDoc} Every drain is exact, so this is one like any other. */
  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    return drain(sink);
  }

  @Override
  public void peek(ChangeSink sink) {
    alive(
        () -> {
          reading.peek(sink, vectors);
          return sink;
        });
  }

  /** {@inheritDoc} Here: memory of which the kernel keeps no soft-dirty. */
  @Override
  public List<Unseen> unseen() {
    return alive(vectors::unseen);
  }

  /** What the file says it has no memory for any more, the process has not. */
  private <T> T alive(Supplier<T> call) {
    try {
      return call.get();
    } catch (MemoryGoneException e) {
      throw e;
    } catch (KernelException e) {
      throw e.errno() == Errno.ESRCH ? memory.gone() : e;
    }
  }

  @Override
  public QueueStatus status() {
    readStatus();
    return new QueueStatus(
        status.getLong(QueueAbi.STATUS_COARSE), status.getLong(QueueAbi.STATUS_OVERFLOWS));
  }

  /**
   * {@return how many drains the kernel has completed} Where nothing was queued it begins none, so
   * these are fewer than the reports number.
   */
  public long kernelEpoch() {
    return readStatus(QueueAbi.STATUS_EPOCH);
  }

  private long readStatus(int member) {
    readStatus();
    return status.getLong(member);
  }

  /** Of a process that has gone, too: the queue outlives it. */
  private void readStatus() {
    status.putLong(QueueAbi.STATUS_SIZE, QueueAbi.STATUS_BYTES);
    file.ioctl(QueueAbi.STATUS, status, "PAGEMAP_QUEUE_STATUS");
  }

  @Override
  public String describe() {
    return "kept by the kernel";
  }

  @Override
  public String details() {
    readStatus();
    return "tells "
        + Categories.toString(status.getLong(QueueAbi.STATUS_TOLD))
        + ", armed by soft-dirty; "
        + status.getLong(QueueAbi.STATUS_TABLES)
        + " page tables carry its bits";
  }

  /** {@inheritDoc} The kernel then looks for pages that are not armed. */
  @Override
  public void enable() {
    if (!enabled) {
      turn(QueueAbi.ENABLE, "PAGEMAP_QUEUE_ENABLE");
      enabled = true;
    }
  }

  @Override
  public void disable() {
    if (enabled) {
      turn(QueueAbi.DISABLE, "PAGEMAP_QUEUE_DISABLE");
      enabled = false;
    }
  }

  private void turn(long request, String name) {
    alive(
        () -> {
          file.ioctl(request, name);
          return request;
        });
  }

  /** {@inheritDoc} The kernel's, with that of page tables, and the buffers here. */
  @Override
  public long memoryBytes() {
    return readStatus(QueueAbi.STATUS_MEMORY) + reading.memoryBytes() + vectors.memoryBytes();
  }

  @Override
  public void close() {
    file.close();
  }
}
