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

  /** Does it on a machine. */
  Outcome on(Machine machine);

  /** mmap(2) without a file, of private or shared memory as the flags say. */
  record Mmap(int process, long start, long length, long protection, long mapFlags)
      implements Operation {
    @Override
    public String name() {
      return (mapFlags & X64Abi.MAP_SHARED) == 0 ? "mmap" : "mmap-shared";
    }

    @Override
    public Outcome on(Machine machine) {
      return machine.mmap(this);
    }
  }

  /** munmap(2). */
  record Munmap(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.munmap(this);
    }
  }

  /** A load of eight bytes; the outcome has the value or the signal. */
  record Load(int process, long address) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.load(this);
    }
  }

  /** A store of eight bytes. */
  record Store(int process, long address, long value) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.store(this);
    }
  }

  /** mprotect(2). */
  record Mprotect(int process, long start, long length, long protection) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.mprotect(this);
    }
  }

  /** madvise(2). */
  record Madvise(int process, long start, long length, long advice) implements Operation {
    @Override
    public String name() {
      String name = Vocabulary.of("advice").toText(advice);
      return "madvise-" + CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name);
    }

    @Override
    public Outcome on(Machine machine) {
      return machine.madvise(this);
    }
  }

  /** mremap(2); {@code target} is used with MREMAP_FIXED. */
  record Mremap(
      int process, long start, long oldLength, long newLength, long remapFlags, long target)
      implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.mremap(this);
    }
  }

  /** fork(2) into the process slot {@code child}. */
  record Fork(int process, int child) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.fork(this);
    }
  }

  /** exit(2), waited for. */
  record Exit(int process) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.exit(this);
    }
  }

  /** UFFDIO_REGISTER, on a userfaultfd that the process opens with WP_ASYNC at its first use. */
  record UffdRegister(int process, long start, long length, long uffdMode) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.uffdRegister(this);
    }
  }

  /** UFFDIO_UNREGISTER. */
  record UffdUnregister(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.uffdUnregister(this);
    }
  }

  /** UFFDIO_WRITEPROTECT. */
  record UffdWriteProtect(int process, long start, long length, long protectMode)
      implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.uffdWriteProtect(this);
    }
  }

  /** A number written to clear_refs. */
  record ClearRefs(int process, int value) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.clearRefs(this);
    }
  }

  /** PAGEMAP_SCAN with room for {@code regions} regions; 0 asks for no output. */
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
      long returned)
      implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.scan(this);
    }
  }

  /** read(2) of zeros into memory: the kernel writes in the process's name. */
  record KernelWrite(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.kernelWrite(this);
    }
  }

  /** process_vm_writev(2) of zeros to the process itself: a write by get_user_pages. */
  record ForeignWrite(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.foreignWrite(this);
    }
  }

  /** mlock(2). */
  record Mlock(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.mlock(this);
    }
  }

  /** munlock(2). */
  record Munlock(int process, long start, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.munlock(this);
    }
  }

  /** mmap(2) of a file of {@link Files}, from an offset in bytes. */
  record MmapFile(
      int process, int file, long start, long length, long protection, long mapFlags, long offset)
      implements Operation {
    @Override
    public String name() {
      return "mmap-" + Files.name(file);
    }

    @Override
    public Outcome on(Machine machine) {
      return machine.mmapFile(this);
    }
  }

  /** pwrite(2) of eight bytes to a file. */
  record FileWrite(int process, int file, long offset, long value) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.fileWrite(this);
    }
  }

  /** ftruncate(2). */
  record FileTruncate(int process, int file, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.fileTruncate(this);
    }
  }

  /** fallocate(2) that punches a hole and keeps the size. */
  record FilePunch(int process, int file, long offset, long length) implements Operation {
    @Override
    public Outcome on(Machine machine) {
      return machine.filePunch(this);
    }
  }
}
