package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;

/**
 * One step of a program: something that process {@code process} does to memory (0 is the first
 * process, others are forked).
 *
 * <p>Addresses are bytes relative to {@link Layout#BASE}, lengths are bytes, flags are the numbers
 * that Linux uses on x86-64; any value is allowed, since wrong ones are part of what is compared.
 */
public sealed interface Operation {

  /** {@return the process that does it} */
  int process();

  /** {@return what it is called in texts and counts, for instance {@code uffd-register}} */
  default String name() {
    return nameOf(getClass());
  }

  /** {@return the name of a kind of operation, of which madvise's calls are all one} */
  static String nameOf(Class<?> type) {
    return CaseFormat.UPPER_CAMEL.to(CaseFormat.LOWER_HYPHEN, type.getSimpleName());
  }

  /** {@return what it comes to on a machine} */
  default Outcome on(Machine machine) {
    return machine.run(this);
  }

  /** mmap(2) without a file, of private or shared memory, of the pool or not, as the flags say. */
  record Mmap(int process, long start, long length, long protection, long mapFlags)
      implements Operation {
    @Override
    public String name() {
      if ((mapFlags & X64Abi.MAP_GROWSDOWN) != 0) {
        return "mmap-stack";
      }
      String memory = (mapFlags & X64Abi.MAP_HUGETLB) == 0 ? "mmap" : "mmap-hugetlb";
      return (mapFlags & X64Abi.MAP_SHARED) == 0 ? memory : memory + "-shared";
    }
  }

  /**
   * MADV_PAGEOUT. Which pages go is for the kernel to choose; the outcome has them, and a machine
   * that follows another takes those.
   */
  record Pageout(int process, long start, long length) implements Operation {}

  /** MADV_SOFT_OFFLINE of one page: it is migrated to another frame. */
  record SoftOffline(int process, long address) implements Operation {}

  /** swapoff(2), then swapon(2): whatever is in swap comes back. */
  record SwapOff(int process) implements Operation {}

  /**
   * Two passes of same-page merging. Which pages become one is for the kernel to choose; the
   * outcome has them.
   */
  record Merge(int process) implements Operation {}

  /** munmap(2). */
  record Munmap(int process, long start, long length) implements Operation {}

  /** A load of eight bytes; the outcome has the value or the signal. */
  record Load(int process, long address) implements Operation {}

  /** A store of eight bytes. */
  record Store(int process, long address, long value) implements Operation {}

  /** A store of eight bytes somewhere below a stack, which may grow to hold them. */
  record StackStore(int process, long address, long value) implements Operation {}

  /** A write of eight bytes to /proc/self/mem. */
  record MemWrite(int process, long address, long value) implements Operation {}

  /** brk(2); the heap of a program begins at {@link Layout#heap}. */
  record Brk(int process, long end) implements Operation {}

  /** mprotect(2). */
  record Mprotect(int process, long start, long length, long protection) implements Operation {}

  /** madvise(2). */
  record Madvise(int process, long start, long length, long advice) implements Operation {
    @Override
    public String name() {
      String name = Vocabulary.of("advice").toText(advice);
      return "madvise-" + CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name);
    }
  }

  /** mremap(2); {@code target} is used with MREMAP_FIXED. */
  record Mremap(
      int process, long start, long oldLength, long newLength, long remapFlags, long target)
      implements Operation {}

  /** fork(2) into the process slot {@code child}. */
  record Fork(int process, int child) implements Operation {}

  /** exit(2), waited for. */
  record Exit(int process) implements Operation {}

  /**
   * Closes the userfaultfd that the process has, if any, and opens one with these features. Where
   * it blocks accesses or calls, they go on as soon as its messages are read: a protected page is
   * unprotected then.
   */
  record UffdOpen(int process, long features) implements Operation {}

  /** UFFDIO_REGISTER; a process that has no userfaultfd opens one with WP_ASYNC first. */
  record UffdRegister(int process, long start, long length, long uffdMode) implements Operation {}

  /** UFFDIO_UNREGISTER. */
  record UffdUnregister(int process, long start, long length) implements Operation {}

  /** UFFDIO_WRITEPROTECT. */
  record UffdWriteProtect(int process, long start, long length, long protectMode)
      implements Operation {}

  /** A number written to clear_refs. */
  record ClearRefs(int process, int value) implements Operation {}

  /** /proc/PID/smaps, as far as it shows the arenas: each mapping's range, kind and flags. */
  record Smaps(int process) implements Operation {}

  /**
   * PAGEMAP_SCAN with room for {@code regions} regions; 0 asks for no output.
   *
   * @param oversize what the structure's member size is more than right
   * @param vec where the regions go, by {@link ScanVec}; 0 is right
   */
  record Scan(
      int process,
      long scanFlags,
      long start,
      long end,
      int regions,
      long maxPages,
      long inverted,
      long required,
      long anyOf,
      long returned,
      long oversize,
      long vec)
      implements Operation {

    /** A call whose structure has the right size, and room for its regions. */
    public Scan(
        int process,
        long scanFlags,
        long start,
        long end,
        int regions,
        long maxPages,
        long inverted,
        long required,
        long anyOf,
        long returned) {
      this(
          process, scanFlags, start, end, regions, maxPages, inverted, required, anyOf, returned, 0,
          0);
    }
  }

  /** read(2) of zeros into memory: the kernel writes in the process's name. */
  record KernelWrite(int process, long start, long length) implements Operation {}

  /** process_vm_writev(2) of zeros to the process itself: a write by get_user_pages. */
  record ForeignWrite(int process, long start, long length) implements Operation {}

  /** mlock(2). */
  record Mlock(int process, long start, long length) implements Operation {}

  /** munlock(2). */
  record Munlock(int process, long start, long length) implements Operation {}

  /** mmap(2) of a file of {@link Files}, from an offset in bytes. */
  record MmapFile(
      int process, int file, long start, long length, long protection, long mapFlags, long offset)
      implements Operation {
    @Override
    public String name() {
      return "mmap-" + Files.name(file);
    }
  }

  /** pwrite(2) of eight bytes to a file. */
  record FileWrite(int process, int file, long offset, long value) implements Operation {}

  /** ftruncate(2). */
  record FileTruncate(int process, int file, long length) implements Operation {}

  /** fallocate(2) that punches a hole and keeps the size. */
  record FilePunch(int process, int file, long offset, long length) implements Operation {}
}
