package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * System calls of a process that does what it is told, on x86-64. Each throws a {@link
 * KernelException} with the kernel's error. Descriptors are its own.
 */
final class SceneCalls {

  static final int MADV_REMOVE = 9;
  static final int MADV_FREE = 8;
  static final int MADV_POPULATE_READ = 22;
  static final int MADV_COLLAPSE = 25;
  static final int MADV_GUARD_REMOVE = 103;
  static final long UFFDIO_REGISTER_MODE_MISSING = 1;

  private static final int PREAD64 = 17;
  private static final int PWRITE64 = 18;
  private static final int OPEN = 2;
  private static final int CLOSE = 3;
  private static final int MMAP = 9;
  private static final int MUNMAP = 11;
  private static final int BRK = 12;
  private static final int IOCTL = 16;
  private static final int MREMAP = 25;
  private static final int MADVISE = 28;
  private static final int FTRUNCATE = 77;
  private static final int MLOCK = 149;
  private static final int FALLOCATE = 285;
  private static final int PROCESS_VM_WRITEV = 311;
  private static final int MEMFD_CREATE = 319;

  private static final int O_RDWR = 2;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_GROWSDOWN = 0x100;
  private static final int MAP_POPULATE = 0x8000;
  private static final int MREMAP_MAYMOVE = 1;
  private static final int MREMAP_FIXED = 2;
  private static final int MREMAP_DONTUNMAP = 4;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;

  private static final long READ_WRITE = Abi.PROT_READ | Abi.PROT_WRITE;
  private static final long ANONYMOUS = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | Abi.MAP_NORESERVE;

  /** {@code _IOWR(0xAA, number, size)}. */
  private static final long UFFDIO = 0xc000_aa00L;

  private static final long UFFDIO_COPY = UFFDIO | 40 << 16 | 3;
  private static final long UFFDIO_ZEROPAGE = UFFDIO | 32 << 16 | 4;
  private static final long UFFDIO_MOVE = UFFDIO | 40 << 16 | 5;
  private static final long UFFDIO_POISON = UFFDIO | 32 << 16 | 8;

  private final AgentChannel line;
  private final IntArrayList open = new IntArrayList();

  SceneCalls(AgentChannel line) {
    this.line = line;
  }

  /** {@return the process's number} */
  int pid() {
    return line.pid();
  }

  /** Makes a system call. {@return its result} */
  long call(String name, long number, long... arguments) {
    long result = line.systemCall(number, arguments);
    if (result < 0 && result >= -Pages.SIZE) {
      throw KernelException.ofNumber((int) -result, name);
    }
    return result;
  }

  /** Takes addresses out of use, so that nothing else gets them. */
  long reserve(long bytes) {
    return call("mmap", MMAP, 0, bytes, 0, ANONYMOUS, -1, 0);
  }

  void mapAnonymous(long address, int pages) {
    map(address, pages, ANONYMOUS, -1);
  }

  /** Maps memory that is made present at once. */
  void mapPopulated(long address, int pages) {
    map(address, pages, ANONYMOUS | MAP_POPULATE, -1);
  }

  /** Maps a stack. */
  void mapGrowingDown(long address, int pages) {
    map(address, pages, ANONYMOUS | MAP_GROWSDOWN, -1);
  }

  void mapShared(long address, int pages, int fd) {
    map(address, pages, Abi.MAP_SHARED, fd);
  }

  void mapPrivate(long address, int pages, int fd) {
    map(address, pages, Abi.MAP_PRIVATE, fd);
  }

  private void map(long address, int pages, long flags, int fd) {
    call("mmap", MMAP, address, Pages.address(pages), READ_WRITE, flags | MAP_FIXED, fd, 0);
  }

  void unmap(long address, long bytes) {
    call("munmap", MUNMAP, address, bytes);
  }

  /** Moves memory to a place. */
  void move(long from, int pages, long to) {
    long bytes = Pages.address(pages);
    call("mremap", MREMAP, from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
  }

  /** Moves memory to a place; its mapping stays, empty. */
  void moveContents(long from, int pages, long to) {
    long bytes = Pages.address(pages);
    int flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    call("mremap, DONTUNMAP", MREMAP, from, bytes, bytes, flags, to);
  }

  /** Makes a mapping longer or shorter where it is. */
  void resize(long address, int pages, int newPages) {
    call("mremap", MREMAP, address, Pages.address(pages), Pages.address(newPages), 0, 0);
  }

  /** Sets the end of the heap; 0 changes nothing. {@return where it is} */
  long brk(long end) {
    return call("brk", BRK, end);
  }

  void advise(long address, int pages, int advice) {
    call("madvise " + advice, MADVISE, address, Pages.address(pages), advice);
  }

  void lock(long address, int pages) {
    call("mlock", MLOCK, address, Pages.address(pages));
  }

  /** Writes eight bytes to each page. */
  void store(long address, int pages) {
    for (int i = 0; i < pages; i++) {
      line.postStore(address + Pages.address(i), address + i);
    }
    takeReplies(pages, "a store");
  }

  /** Reads eight bytes of each page. */
  void load(long address, int pages) {
    for (int i = 0; i < pages; i++) {
      line.postLoad(address + Pages.address(i));
    }
    takeReplies(pages, "a load");
  }

  private void takeReplies(int count, String what) {
    boolean failed = false;
    for (int i = 0; i < count; i++) {
      failed |= line.take().signal() != 0;
    }
    KernelException.refuseIf(failed, Errno.EFAULT, what);
  }

  /** Makes a file in memory that has so many written pages. */
  int file(int pages) {
    putText("m");
    int fd = opened(call("memfd_create", MEMFD_CREATE, AgentChannel.SCRATCH, 0));
    truncate(fd, pages);
    for (int i = 0; i < pages; i++) {
      line.postSystemCall(PWRITE64, fd, AgentChannel.SCRATCH, Long.BYTES, Pages.address(i));
    }
    for (int i = 0; i < pages; i++) {
      line.take();
    }
    return fd;
  }

  void truncate(int fd, int pages) {
    call("ftruncate", FTRUNCATE, fd, Pages.address(pages));
  }

  void punch(int fd, int page, int pages) {
    long mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
    call("fallocate", FALLOCATE, fd, mode, Pages.address(page), Pages.address(pages));
  }

  /** Reads a file into memory. */
  void readInto(int fd, long address, int pages) {
    call("pread64", PREAD64, fd, address, Pages.address(pages), 0);
  }

  /** Writes to its own memory as one process writes to another's. */
  void writeAsAnother(long address, int pages) {
    long scratch = AgentChannel.SCRATCH;
    long bytes = Pages.address(pages);
    putLongs(scratch, bytes, address, bytes);
    long iovec = 2L * Long.BYTES;
    call("process_vm_writev", PROCESS_VM_WRITEV, line.pid(), scratch, 1, scratch + iovec, 1, 0);
  }

  /** Writes to a page of its own through {@code /proc/self/mem}. */
  void writeThroughFile(long address) {
    putText("/proc/self/mem");
    int fd = opened(call("open of /proc/self/mem", OPEN, AgentChannel.SCRATCH, O_RDWR));
    call("pwrite64", PWRITE64, fd, AgentChannel.SCRATCH, Pages.SIZE, address);
  }

  /** Opens a userfaultfd with features. */
  int userfaultfd(long features) {
    long flags = Abi.O_CLOEXEC | Abi.O_NONBLOCK | Abi.UFFD_USER_MODE_ONLY;
    int fd = opened(call("userfaultfd", Abi.SYS_USERFAULTFD, flags));
    ioctl("UFFDIO_API", fd, Abi.UFFDIO_API, Abi.UFFD_API, features, 0);
    return fd;
  }

  void register(int fd, long address, int pages, long mode) {
    ioctl("UFFDIO_REGISTER", fd, Abi.UFFDIO_REGISTER, address, Pages.address(pages), mode, 0);
  }

  void unregister(int fd, long address, int pages) {
    ioctl("UFFDIO_UNREGISTER", fd, Abi.UFFDIO_UNREGISTER, address, Pages.address(pages));
  }

  void writeProtect(int fd, long address, int pages, long mode) {
    long bytes = Pages.address(pages);
    ioctl("UFFDIO_WRITEPROTECT", fd, Abi.UFFDIO_WRITEPROTECT, address, bytes, mode);
  }

  void copy(int fd, long from, int pages, long to) {
    ioctl("UFFDIO_COPY", fd, UFFDIO_COPY, to, from, Pages.address(pages), 0, 0);
  }

  void zero(int fd, long address, int pages) {
    ioctl("UFFDIO_ZEROPAGE", fd, UFFDIO_ZEROPAGE, address, Pages.address(pages), 0, 0);
  }

  void moveByUserfaultfd(int fd, long from, int pages, long to) {
    ioctl("UFFDIO_MOVE", fd, UFFDIO_MOVE, to, from, Pages.address(pages), 0, 0);
  }

  void poison(int fd, long address, int pages) {
    ioctl("UFFDIO_POISON", fd, UFFDIO_POISON, address, Pages.address(pages), 0, 0);
  }

  private void ioctl(String name, int fd, long request, long... argument) {
    putLongs(argument);
    call(name, IOCTL, fd, request, AgentChannel.SCRATCH);
  }

  /** Puts numbers where a call finds them. */
  void putLongs(long... longs) {
    line.postLongs(AgentChannel.SCRATCH, longs);
    line.take();
  }

  /** Puts a text where a call finds it. */
  void putText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    line.postReceive(AgentChannel.SCRATCH, Arrays.copyOf(bytes, bytes.length + 1));
    line.take();
  }

  /** Takes note of a descriptor that is to be closed. */
  int opened(long fd) {
    open.add((int) fd);
    return (int) fd;
  }

  void close(int fd) {
    open.rem(fd);
    call("close", CLOSE, fd);
  }

  /** Closes all descriptors that were opened and not closed. */
  void closeAll() {
    for (int fd : open.toIntArray()) {
      close(fd);
    }
  }
}
