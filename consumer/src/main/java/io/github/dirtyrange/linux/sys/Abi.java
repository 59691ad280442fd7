package io.github.dirtyrange.linux.sys;

/**
 * Every number and layout of the kernel's interface that is used here, with the header that has it.
 * All are alike on x86-64 and aarch64 except the system-call numbers and O_DIRECTORY.
 */
public final class Abi {

  // fcntl.h
  /** From the end, of lseek(2). */
  public static final int SEEK_END = 2;

  /** The next byte that is not in a hole. */
  public static final int SEEK_DATA = 3;

  /** The next byte that is in a hole, or the end. */
  public static final int SEEK_HOLE = 4;

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_DIRECTORY = isArm() ? 0x4000 : 0x10000;

  public static final int F_SETSIG = 10;
  public static final int F_GETSIG = 11;

  // sys/file.h
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;
  public static final int LOCK_UN = 8;

  // sys/mman.h
  public static final int PROT_NONE = 0;
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 0x1;
  public static final int MAP_PRIVATE = 0x2;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int MADV_DONTNEED = 4;
  public static final int MADV_HUGEPAGE = 14;
  public static final int MADV_NOHUGEPAGE = 15;
  public static final int MADV_PAGEOUT = 21;
  public static final int MADV_POPULATE_WRITE = 23;
  public static final int MADV_GUARD_INSTALL = 102;

  public static final int MFD_CLOEXEC = 1;
  public static final int MFD_NOEXEC_SEAL = 8;
  public static final int MFD_EXEC = 0x10;

  // limits.h and sys/uio.h: struct iovec
  public static final int IOV_MAX = 1024;
  public static final int IOVEC_BYTES = 16;
  public static final int IOVEC_BASE = 0;
  public static final int IOVEC_LEN = 8;

  // linux/fs.h: PAGEMAP_SCAN, struct pm_scan_arg, struct page_region
  public static final long PAGEMAP_SCAN = iowr('f', 16, 96);
  public static final int SCAN_BYTES = 96;
  public static final int SCAN_SIZE = 0;
  public static final int SCAN_FLAGS = 8;
  public static final int SCAN_START = 16;
  public static final int SCAN_END = 24;
  public static final int SCAN_WALK_END = 32;
  public static final int SCAN_VEC = 40;
  public static final int SCAN_VEC_LEN = 48;
  public static final int SCAN_MAX_PAGES = 56;
  public static final int SCAN_INVERTED = 64;
  public static final int SCAN_REQUIRED = 72;
  public static final int SCAN_ANY_OF = 80;
  public static final int SCAN_RETURN = 88;
  public static final int REGION_BYTES = 24;
  public static final int REGION_START = 0;
  public static final int REGION_END = 8;
  public static final int REGION_CATEGORIES = 16;

  // linux/userfaultfd.h
  public static final int UFFD_USER_MODE_ONLY = 1;
  public static final long UFFD_API = 0xAA;
  public static final long UFFD_FEATURE_WP_HUGETLBFS_SHMEM = 1L << 12;
  public static final long UFFD_FEATURE_WP_UNPOPULATED = 1L << 13;
  public static final long UFFD_FEATURE_WP_ASYNC = 1L << 15;
  public static final long UFFDIO_REGISTER_MODE_WP = 2;
  public static final long UFFD_ZEROPAGE = 1L << 4;
  public static final long UFFDIO_WRITEPROTECT_MODE_WP = 1;
  public static final long TIOCGWINSZ = 0x5413;
  public static final long UFFDIO_API = iowr(0xAA, 0x3F, 24);
  public static final long UFFDIO_REGISTER = iowr(0xAA, 0x00, 32);
  public static final long UFFDIO_UNREGISTER = ior(0xAA, 0x01, 16);
  public static final long UFFDIO_WRITEPROTECT = iowr(0xAA, 0x06, 24);
  public static final long UFFDIO_CONTINUE = iowr(0xAA, 0x07, 32);
  public static final long UFFDIO_CONTINUE_MODE_WP = 2;

  // asm-generic/resource.h
  public static final int RLIMIT_NOFILE = 7;

  // linux/ptrace.h
  public static final int PTRACE_O_TRACESYSGOOD = 1;
  public static final int PTRACE_O_SUSPEND_SECCOMP = 1 << 21;

  // linux/pidfd.h: 6.9
  public static final int PIDFD_THREAD = 0x80;

  // linux/perf_event.h: struct perf_event_attr up to PERF_ATTR_SIZE_VER3 (Linux 3.19 and 4.1)
  public static final int ATTR_BYTES = 96;

  /** PERF_ATTR_SIZE_VER5 (Linux 4.8): with sample_max_stack. */
  public static final int ATTR_CHAIN_BYTES = 112;

  public static final int ATTR_TYPE = 0;
  public static final int ATTR_SIZE = 4;
  public static final int ATTR_CONFIG = 8;
  public static final int ATTR_SAMPLE_PERIOD = 16;
  public static final int ATTR_SAMPLE_TYPE = 24;
  public static final int ATTR_READ_FORMAT = 32;
  public static final int ATTR_FLAGS = 40;
  public static final long ATTR_DISABLED = 1;
  public static final long ATTR_INHERIT = 1L << 1;
  public static final long ATTR_EXCLUDE_KERNEL = 1L << 5;
  public static final long ATTR_EXCLUDE_HV = 1L << 6;
  public static final long ATTR_TASK = 1L << 13;
  public static final long ATTR_USE_CLOCKID = 1L << 25;
  public static final long ATTR_INHERIT_THREAD = 1L << 35;
  public static final long ATTR_REMOVE_ON_EXEC = 1L << 36;
  public static final int ATTR_CLOCKID = 92;
  public static final int ATTR_SAMPLE_MAX_STACK = 108;
  public static final long ATTR_EXCLUDE_CALLCHAIN_KERNEL = 1L << 21;
  public static final int PERF_TYPE_SOFTWARE = 1;
  public static final long PERF_COUNT_SW_PAGE_FAULTS_MIN = 5;
  public static final long PERF_COUNT_SW_PAGE_FAULTS_MAJ = 6;
  public static final long PERF_COUNT_SW_DUMMY = 9;
  public static final long PERF_SAMPLE_TID = 1L << 1;
  public static final long PERF_SAMPLE_TIME = 1L << 2;
  public static final long PERF_SAMPLE_ADDR = 1L << 3;
  public static final long PERF_SAMPLE_CALLCHAIN = 1L << 5;
  public static final long PERF_FORMAT_LOST = 1L << 4;
  public static final long PERF_FLAG_PID_CGROUP = 1L << 2;
  public static final long PERF_FLAG_FD_CLOEXEC = 1L << 3;
  public static final long PERF_EVENT_IOC_ENABLE = io('$', 0);
  public static final long PERF_EVENT_IOC_DISABLE = io('$', 1);
  public static final long PERF_EVENT_IOC_SET_OUTPUT = io('$', 5);

  // linux/perf_event.h: struct perf_event_mmap_page and struct perf_event_header
  public static final int RING_DATA_HEAD = 1024;
  public static final int RING_DATA_TAIL = 1032;
  public static final int RING_DATA_OFFSET = 1040;
  public static final int RING_DATA_SIZE = 1048;
  public static final int RECORD_HEADER_BYTES = 8;
  public static final int PERF_RECORD_FORK = 7;
  public static final int PERF_RECORD_SAMPLE = 9;

  // linux/perf_event.h: a sample of PERF_SAMPLE_TID | TIME | ADDR
  public static final int SAMPLE_BYTES = 32;
  public static final int SAMPLE_PID = 8;
  public static final int SAMPLE_TIME = 16;
  public static final int SAMPLE_ADDRESS = 24;

  // linux/perf_event.h: the same with PERF_SAMPLE_CALLCHAIN, and enum perf_callchain_context
  public static final int SAMPLE_CHAIN_COUNT = 32;
  public static final int SAMPLE_CHAIN = 40;
  public static final long PERF_CONTEXT_USER = -512;
  public static final long PERF_CONTEXT_MAX = -4095;

  // linux/perf_event.h: PERF_RECORD_FORK
  public static final int FORK_PID = 8;
  public static final int FORK_PARENT = 12;
  public static final int FORK_TIME = 24;

  // linux/bpf.h: commands, and union bpf_attr of each
  public static final int BPF_MAP_CREATE = 0;
  public static final int BPF_MAP_UPDATE_ELEM = 2;
  public static final int BPF_MAP_DELETE_ELEM = 3;
  public static final int BPF_PROG_LOAD = 5;
  public static final int BPF_OBJ_GET_INFO_BY_FD = 15;
  public static final int BPF_RAW_TRACEPOINT_OPEN = 17;
  public static final int BPF_PROG_TYPE_PERF_EVENT = 7;
  public static final int BPF_PROG_TYPE_TRACING = 26;
  public static final int BPF_MAP_TYPE_HASH = 1;
  public static final int BPF_MAP_TYPE_ARRAY = 2;
  public static final int BPF_MAP_TYPE_ARRAY_OF_MAPS = 12;
  public static final int BPF_MAP_TYPE_RINGBUF = 27;
  public static final int BPF_F_MMAPABLE = 1 << 10;
  public static final int BPF_LOAD_BYTES = 48;
  public static final int BPF_LOAD_TYPE = 0;
  public static final int BPF_LOAD_COUNT = 4;
  public static final int BPF_LOAD_TEXT = 8;
  public static final int BPF_LOAD_LICENSE = 16;
  public static final int BPF_LOAD_LOG_LEVEL = 24;
  public static final int BPF_LOAD_LOG_BYTES = 28;
  public static final int BPF_LOAD_LOG = 32;
  public static final int BPF_LOAD_NAME = 48;
  public static final int BPF_LOAD_WHEN = 68;
  public static final int BPF_LOAD_FUNCTION = 108;

  /** Of BPF_PROG_LOAD with {@code attach_btf_id}; zeros behind what a kernel knows are no error. */
  public static final int BPF_TRACING_LOAD_BYTES = 120;

  public static final int BPF_MAP_BYTES = 48;
  public static final int BPF_MAP_TYPE = 0;
  public static final int BPF_MAP_KEY_BYTES = 4;
  public static final int BPF_MAP_VALUE_BYTES = 8;
  public static final int BPF_MAP_ENTRIES = 12;
  public static final int BPF_MAP_FLAGS = 16;
  public static final int BPF_MAP_INNER = 20;
  public static final int BPF_MAP_NAME = 28;
  public static final int BPF_ELEMENT_BYTES = 32;
  public static final int BPF_ELEMENT_MAP = 0;
  public static final int BPF_ELEMENT_KEY = 8;
  public static final int BPF_ELEMENT_VALUE = 16;
  public static final int BPF_OPEN_BYTES = 16;
  public static final int BPF_OPEN_PROGRAM = 8;
  public static final int BPF_INFO_ARG_BYTES = 16;
  public static final int BPF_INFO_DESCRIPTOR = 0;
  public static final int BPF_INFO_LENGTH = 4;
  public static final int BPF_INFO = 8;

  // linux/bpf.h: struct bpf_prog_info, and records of a ring
  public static final int BPF_PROGRAM_INFO_BYTES = 232;
  public static final int BPF_RECURSION_MISSES = 208;
  public static final int BPF_RINGBUF_BUSY_BIT = 1 << 31;
  public static final int BPF_RINGBUF_DISCARD_BIT = 1 << 30;
  public static final int BPF_RINGBUF_HEADER_BYTES = 8;

  // time.h
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_PROCESS_CPUTIME_ID = 2;

  public static final short POLLIN = 1;

  /** Of poll(2): also, of the writing end of a pipe, that its reader has gone. */
  public static final int POLLERR = 8;

  // linux/perf_event.h: struct read_format of an event with PERF_FORMAT_LOST alone
  public static final int COUNT_LOST = 8;

  // asm/unistd.h
  public static final long SYS_GETTID = isArm() ? 178 : 186;
  public static final long SYS_BPF = isArm() ? 280 : 321;
  public static final long SYS_KCMP = isArm() ? 272 : 312;
  public static final long SYS_PERF_EVENT_OPEN = isArm() ? 241 : 298;
  public static final long SYS_PRLIMIT64 = isArm() ? 261 : 302;
  public static final long SYS_MEMFD_CREATE = isArm() ? 279 : 319;
  public static final long SYS_PIDFD_OPEN = 434;
  public static final long SYS_PIDFD_GETFD = 438;
  public static final long SYS_USERFAULTFD = isArm() ? 282 : 323;

  private Abi() {}

  /** {@return whether the numbers here are those of the machine's architecture} */
  public static boolean knows(String osArch) {
    return osArch.equals("amd64") || osArch.equals("aarch64");
  }

  private static boolean isArm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /** {@return {@code _IO} of asm-generic/ioctl.h} */
  public static long io(int type, int number) {
    return request(0, type, number, 0);
  }

  /** {@return {@code _IOW} of a struct of so many bytes} */
  public static long iow(int type, int number, int bytes) {
    return request(1, type, number, bytes);
  }

  private static long ior(int type, int number, int bytes) {
    return request(2, type, number, bytes);
  }

  /** {@return {@code _IOWR} of a struct of so many bytes} */
  public static long iowr(int type, int number, int bytes) {
    return request(3, type, number, bytes);
  }

  /** Packs an ioctl number as {@code _IOC} of asm-generic/ioctl.h does. */
  private static long request(long direction, long type, long number, long bytes) {
    return direction << 30 | bytes << 16 | type << 8 | number;
  }
}
