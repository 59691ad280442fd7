package io.github.dirtyrange.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A process whose memory is watched: what /proc/PID, PAGEMAP_SCAN and a change queue say of it.
 *
 * <p>What was opened is the memory, not the number: once that memory has gone, every call throws
 * {@link MemoryGoneException}, which says whether the process ended or runs another program. A
 * process whose first thread has ended lives on as long as any other.
 *
 * <p>Closing it gives back descriptors and leaves the process as it is. Not safe for use by several
 * threads.
 */
public interface TrackedProcess extends AutoCloseable {

  /** {@return the process's number} */
  int pid();

  /**
   * {@return when the process started, in ticks since the machine did ({@code /proc/PID/stat}):
   * with its number that names it for good; 0 where this kernel does not tell}
   */
  default long startTicks() {
    return 0;
  }

  /**
   * {@return what a debugger wants to know of this process besides its memory and its threads;
   * nothing where this kernel has no such things}
   *
   * @throws MemoryGoneException if the memory has gone
   */
  default Optional<ProcessNotes> notes() {
    return Optional.empty();
  }

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
   * Reads which memory is behind each of {@code count} pages from {@code startVpn} on, into {@code
   * ids} from index 0 on: equal numbers, of any processes of this kernel, mean the same memory,
   * wherever that is, in a frame, in swap or in a file. 0 means that there is none yet (the zero
   * page included). A page that is written after a fork gets memory of its own, and a new number;
   * going to swap and coming back, and migration, change none.
   *
   * <p>The simulated kernel knows this at all times. On Linux it is put together from what pagemap
   * shows, and holds only as far as that goes: {@code docs/page-sharing.md}.
   *
   * @return how many numbers were read, fewer only at the end of the address space
   */
  int readMemoryIds(long startVpn, int count, long[] ids);

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
   * calls as the kernel allows. Stops at the first page that cannot be read. A page that the
   * process itself may not read (PROT_NONE) is read where the kernel allows that to a tracker.
   *
   * @param bounds pairs of first page and page after the last: range {@code i} is {@code
   *     [bounds[2i], bounds[2i+1])}
   * @param from index of the first range
   * @param to index after the last range
   * @return how many whole pages were copied
   */
  long readPages(long[] bounds, int from, int to, ByteBuffer target);

  /**
   * Opens the shared memory behind a mapping of this process.
   *
   * @return nothing where this kernel or the machine does not allow it, or that mapping is not
   *     there any more
   */
  default Optional<SharedMemory> openShared(Vma mapping) {
    return Optional.empty();
  }

  /**
   * Registers and arms this process's memory from outside, for as long as what is returned is open.
   * That is to be closed before this is.
   *
   * <p>On Linux that takes a userfaultfd on the process's memory: one which the process itself has
   * opened and does not use, or a new one, for which one of its threads is stopped for a moment
   * ({@link Arming#stoppedNanos}).
   *
   * @param ranges where changes matter; {@link TrackedRanges#allOfUserSpace} for the whole process
   * @throws KernelException EOPNOTSUPP where there is nothing to arm with; EPERM or EACCES where
   *     the machine does not allow it, or the process is traced; EBUSY where the process is armed,
   *     or no thread of it can be stopped; EMFILE where it may have no descriptor more
   */
  default Arming arm(TrackedRanges ranges) {
    throw new KernelException(Errno.EOPNOTSUPP, "arming process " + pid() + " from outside");
  }

  /**
   * Does the same, and gives up sooner, or later, where no thread of this process can be stopped.
   *
   * @param patienceNanos for about how long that is tried
   * @throws KernelException as {@link #arm(TrackedRanges)}
   */
  default Arming arm(TrackedRanges ranges, long patienceNanos) {
    return arm(ranges);
  }

  /**
   * {@return how many bytes of this process's memory lie in transparent huge pages in some ranges}
   * Where memory is armed, the first write to a huge page splits it, and none is made again: the
   * process runs slower for as long as it lives.
   */
  default long hugePageBytes(TrackedRanges ranges) {
    return 0;
  }

  /**
   * Stops all threads of this process until what is returned is closed, which is to be soon.
   *
   * @throws KernelException EOPNOTSUPP where this kernel cannot, EPERM where the process is traced
   *     or the machine does not allow it, EBUSY where a thread does not stop
   * @throws MemoryGoneException if the memory has gone
   */
  default Frozen freeze() {
    throw new KernelException(Errno.EOPNOTSUPP, "stopping process " + pid());
  }

  /**
   * Opens a queue of this process's changes, and arms its ranges. They must be registered for
   * asynchronous write-protection (userfaultfd WP_ASYNC), by {@link #arm} or by the process itself.
   * A mapping that comes later inside them belongs to the queue as well; on Linux, once {@link
   * Arming#refresh} has registered it.
   *
   * @throws KernelException EOPNOTSUPP, EPERM or EACCES where the kernel does not allow one;
   *     EOPNOTSUPP where it cannot tell a category that is asked for; on Linux EOPNOTSUPP, too,
   *     where the ranges have mappings and none of them is registered; EBUSY where the process has
   *     a queue
   */
  ChangeQueue openChangeQueue(ChangeQueueOptions options);

  /**
   * Opens a queue of this process's changes as {@link #openChangeQueue} does, but one that goes by
   * records of the kernel's own functions: of all that changes pages, not of faults alone.
   *
   * @throws KernelException as {@link #openChangeQueue}; EOPNOTSUPP or EPERM where this kernel, or
   *     the machine's settings, allow no such records
   */
  default ChangeQueue openRecordedQueue(ChangeQueueOptions options) {
    throw new KernelException(
        Errno.EOPNOTSUPP, "recording what changes pages by programs in the kernel");
  }

  /**
   * Opens the queue of this process's changes that the kernel keeps itself, on, and arms its ranges
   * by soft-dirty. Nothing is to be registered for it, and mappings that come later inside the
   * ranges belong to it at once.
   *
   * @throws KernelException EOPNOTSUPP where this kernel keeps none, naming one that does, or
   *     cannot tell a category that is asked for; EPERM or EACCES where the process may not be
   *     looked at; EBUSY where it has such a queue; ENOMEM where its memory cannot be had
   */
  default ChangeQueue openKernelQueue(ChangeQueueOptions options) {
    throw new KernelException(
        Errno.EOPNOTSUPP, "opening a queue that the kernel keeps, on process " + pid());
  }

  /**
   * Opens samples of this process's page faults, off. Nothing is armed and nothing runs in the
   * process for it.
   *
   * @param ranges where faults matter, in mappings that come later as well
   * @param maxBytes memory that the samples may take in all, at least a page
   * @throws KernelException EOPNOTSUPP where the kernel samples no faults; EACCES, EPERM or EMFILE
   *     where the machine's settings forbid it, naming the setting
   */
  FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes);

  /**
   * Opens records of what changes this process's pages, off, for who goes by soft-dirty. Nothing is
   * armed and nothing runs in the process for it.
   *
   * @param ranges where changes matter, in mappings that come later as well
   * @param maxBytes memory that the records may take; there is a least that they take
   * @throws KernelException EOPNOTSUPP where the kernel records none; EPERM where the machine's
   *     settings forbid it
   */
  default ChangeHints openChangeHints(TrackedRanges ranges, long maxBytes) {
    throw new KernelException(
        Errno.EOPNOTSUPP, "recording what changes the pages of process " + pid());
  }

  /** {@return names of this process's code, as far as this kernel has any} */
  default CodeNames codeNames() {
    return CodeNames.NONE;
  }

  @Override
  void close();
}
