package io.github.dirtyrange.kernel;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A process whose memory is watched: what /proc/PID, PAGEMAP_SCAN and a change queue say of it.
 *
 * <p>Closing it gives back descriptors and leaves the process as it is. Every call throws {@link
 * KernelException} with ESRCH once the process has gone. Not safe for use by several threads.
 */
public interface TrackedProcess extends AutoCloseable {

  /** {@return the process's number} */
  int pid();

  /** {@return the mappings in ascending order ({@code /proc/PID/maps})} */
  List<Vma> maps();

  /**
   * Reads the pagemap entries of {@code count} pages from {@code startVpn} on into {@code entries},
   * from index 0 on; unmapped pages read 0. {@link PagemapEntry} decodes them.
   *
   * @return how many entries were read, fewer only at the end of the address space
   */
  int readPagemap(long startVpn, int count, long[] entries);

  /**
   * Writes a number to {@code /proc/PID/clear_refs}: 4 clears soft-dirty, in the whole process.
   *
   * @throws KernelException EINVAL outside 1 to 5
   */
  void clearRefs(int value);

  /**
   * Does PAGEMAP_SCAN: empties {@code regions}, fills it up to its capacity, and returns the
   * address at which the walk ended; {@code endAddress}, rounded up, says that it is complete.
   *
   * @throws KernelException EINVAL, EFAULT, EPERM, ENOMEM, EINTR as {@code do_pagemap_scan}, {@code
   *     fs/proc/task_mmu.c}
   */
  long scan(ScanRequest request, PageRegionBuffer regions);

  /**
   * Copies the pages of many ranges, one after the other, to the end of {@code target}, in as few
   * calls as the kernel allows. Stops at the first page that cannot be read.
   *
   * @param bounds pairs of first page and page after the last: range {@code i} is {@code
   *     [bounds[2i], bounds[2i+1])}
   * @param from index of the first range
   * @param to index after the last range
   * @return how many whole pages were copied
   */
  long readPages(long[] bounds, int from, int to, ByteBuffer target);

  /**
   * Opens a queue of this process's changes, and arms its ranges. The process itself must have
   * registered them for asynchronous write-protection (userfaultfd WP_ASYNC).
   *
   * @throws KernelException EOPNOTSUPP, EPERM or EACCES where the kernel does not allow one
   */
  ChangeQueue openChangeQueue(ChangeQueueOptions options);

  @Override
  void close();
}
