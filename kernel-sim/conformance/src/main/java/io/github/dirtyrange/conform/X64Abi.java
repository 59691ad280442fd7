package io.github.dirtyrange.conform;

/** Numbers of Linux's system call interface on x86-64, from its uapi headers. */
final class X64Abi {

  static final int READ = 0;
  static final int WRITE = 1;
  static final int OPEN = 2;
  static final int CLOSE = 3;
  static final int MMAP = 9;
  static final int MPROTECT = 10;
  static final int MUNMAP = 11;
  static final int BRK = 12;
  static final int IOCTL = 16;
  static final int PWRITE64 = 18;
  static final int MREMAP = 25;
  static final int MADVISE = 28;
  static final int FTRUNCATE = 77;
  static final int PRCTL = 157;
  static final int MLOCK = 149;
  static final int MUNLOCK = 150;
  static final int SWAPON = 167;
  static final int SWAPOFF = 168;
  static final int SCHED_SETAFFINITY = 203;
  static final int MIGRATE_PAGES = 256;
  static final int FALLOCATE = 285;
  static final int PROCESS_VM_WRITEV = 311;
  static final int MEMFD_CREATE = 319;
  static final int USERFAULTFD = 323;
  static final int PIDFD_OPEN = 434;
  static final int PIDFD_GETFD = 438;

  static final int PR_SET_MM = 35;
  static final int PR_SET_MM_MAP = 14;
  static final int PR_SET_MM_MAP_BYTES = 104;

  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CLOEXEC_NONBLOCK = 0x80800;

  static final int MADV_MERGEABLE = 12;
  static final int MADV_PAGEOUT = 21;
  static final int MADV_SOFT_OFFLINE = 101;

  static final int FALLOC_PUNCH_HOLE_KEEP_SIZE = 3;

  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int PROT_EXEC = 4;

  static final int MAP_SHARED = 0x1;
  static final int MAP_PRIVATE = 0x2;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_GROWSDOWN = 0x100;
  static final int MAP_NORESERVE = 0x4000;
  static final int MAP_POPULATE = 0x8000;
  static final int MAP_HUGETLB = 0x4_0000;
  static final int MAP_FIXED_NOREPLACE = 0x10_0000;

  static final int MREMAP_MAYMOVE = 1;
  static final int MREMAP_FIXED = 2;
  static final int MREMAP_DONTUNMAP = 4;

  static final long UFFD_API = 0xAA;
  static final long UFFD_FEATURE_EVENT_FORK = 1L << 1;
  static final long UFFD_FEATURE_EVENT_REMAP = 1L << 2;
  static final long UFFD_FEATURE_EVENT_REMOVE = 1L << 3;
  static final long UFFD_FEATURE_EVENT_UNMAP = 1L << 6;
  static final long UFFD_EVENTS = 0b100_1110;
  static final long UFFD_FEATURE_WP_UNPOPULATED = 1L << 13;
  static final long UFFD_FEATURE_WP_ASYNC = 1L << 15;
  static final long UFFDIO_API = 0xC018_AA3FL;
  static final long UFFDIO_REGISTER = 0xC020_AA00L;
  static final long UFFDIO_UNREGISTER = 0x8010_AA01L;
  static final long UFFDIO_WRITEPROTECT = 0xC018_AA06L;
  static final int UFFD_MSG_BYTES = 32;
  static final int UFFD_EVENT_PAGEFAULT = 0x12;
  static final int UFFD_EVENT_FORK = 0x13;
  static final int UFFD_EVENT_REMAP = 0x14;
  static final int UFFD_EVENT_REMOVE = 0x15;
  static final int UFFD_EVENT_UNMAP = 0x16;
  static final long UFFDIO_REGISTER_MODE_MISSING = 1;
  static final long UFFDIO_REGISTER_MODE_WP = 2;
  static final long UFFDIO_WRITEPROTECT_MODE_WP = 1;

  static final long PAGEMAP_SCAN = 0xC060_6610L;
  static final int PM_SCAN_ARG_BYTES = 96;
  static final int PAGE_REGION_BYTES = 24;

  private X64Abi() {}
}
