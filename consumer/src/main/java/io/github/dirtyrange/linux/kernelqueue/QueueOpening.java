package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** PAGEMAP_QUEUE_OPEN: options of a queue as the kernel takes them. */
final class QueueOpening {

  private static final String CALL = "PAGEMAP_QUEUE_OPEN";

  private QueueOpening() {}

  /** Opens the queue of an open file, on. */
  static void open(QueueFile file, ChangeQueueOptions options, ToldCategories told) {
    ByteBuffer ranges = ranges(options.ranges());
    ByteBuffer argument =
        Sys.struct(QueueAbi.OPEN_BYTES)
            .putLong(QueueAbi.OPEN_SIZE, QueueAbi.OPEN_BYTES)
            .putLong(QueueAbi.OPEN_CHANGED_MASK, told.changedMask())
            .putLong(QueueAbi.OPEN_NOW_MASK, told.nowMask())
            .putLong(QueueAbi.OPEN_MAX_BYTES, Math.max(QueueAbi.LEAST_BYTES, options.maxBytes()));
    if (ranges.capacity() > 0) {
      argument
          .putLong(QueueAbi.OPEN_VEC, Sys.address(ranges))
          .putLong(QueueAbi.OPEN_VEC_LEN, options.ranges().count());
    }
    try {
      file.ioctl(QueueAbi.OPEN, argument, CALL);
    } catch (KernelException e) {
      throw named(e, options);
    } finally {
      Reference.reachabilityFence(ranges);
    }
  }

  /** The whole process is no range at all: page tables of five levels have more than 47 bits. */
  private static ByteBuffer ranges(TrackedRanges ranges) {
    if (ranges.equals(TrackedRanges.allOfUserSpace())) {
      return Sys.struct(0);
    }
    ByteBuffer vector = Sys.struct(Math.multiplyExact(ranges.count(), Abi.REGION_BYTES));
    for (int i = 0; i < ranges.count(); i++) {
      int at = i * Abi.REGION_BYTES;
      vector
          .putLong(at + Abi.REGION_START, Pages.address(ranges.startVpn(i)))
          .putLong(at + Abi.REGION_END, Pages.address(ranges.endVpn(i)));
    }
    return vector;
  }

  private static KernelException named(KernelException e, ChangeQueueOptions options) {
    return switch (e.errno()) {
      case EOPNOTSUPP ->
          new KernelException(
              Errno.EOPNOTSUPP,
              CALL
                  + " of changed "
                  + Categories.toString(options.changed())
                  + ", now "
                  + Categories.toString(options.now()));
      case E2BIG ->
          new KernelException(Errno.E2BIG, CALL + " of " + options.ranges().count() + " ranges");
      case EBUSY ->
          new KernelException(
                  Errno.EBUSY, CALL + " on a process whose changes the kernel queues for somebody")
              .needing("the end of that queue, or another way to track (--strategy queue)");
      case ENOMEM ->
          e.needing(
              "memory for page tables, and "
                  + options.maxBytes()
                  + " bytes more within the limit of locked memory (ulimit -l)");
      default -> e;
    };
  }
}
