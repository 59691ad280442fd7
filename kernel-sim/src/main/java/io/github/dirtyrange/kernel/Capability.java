package io.github.dirtyrange.kernel;

/**
 * Something a kernel may or may not give this process, as found by trying it.
 *
 * @param name short and stable, for instance {@code softDirty}
 * @param available whether a round trip through the kernel worked
 * @param detail what was found; when unavailable, why, and the setting that would change it
 * @param remedy when unavailable, the one setting, right or kernel that would bring it, where that
 *     is known; otherwise empty
 */
public record Capability(String name, boolean available, String detail, String remedy) {

  /** A capability of which nothing would have to change, or nobody knows what. */
  public Capability(String name, boolean available, String detail) {
    this(name, available, detail, "");
  }

  /** Soft-dirty: clear_refs 4 and bit 55 of pagemap. */
  public static final String SOFT_DIRTY = "softDirty";

  /** The PAGEMAP_SCAN ioctl. */
  public static final String PAGEMAP_SCAN = "pagemapScan";

  /** Userfaultfd write-protection resolved by the kernel itself. */
  public static final String WP_ASYNC = "uffdWpAsync";

  /** A queue of changes: on Linux, samples of page faults in a perf ring. */
  public static final String CHANGE_QUEUE = "changeQueue";

  /** The queue that a patched kernel keeps itself: {@code /proc/PID/pagemap_queue}. */
  public static final String KERNEL_QUEUE = "kernelQueue";

  /** Samples of a process's page faults: on Linux, perf's. */
  public static final String FAULT_SAMPLES = "faultSamples";

  /** Reading another process's memory. */
  public static final String READ_MEMORY = "readMemory";

  /** Page frame numbers in pagemap. */
  public static final String FRAME_NUMBERS = "frameNumbers";

  /** PAGEMAP_SCAN finds pages of a category; the category's name follows, as linux/fs.h has it. */
  public static final String SCAN_CATEGORY = "pagemapScan.";

  /** Samples of the page faults of whole CPUs. */
  public static final String CPU_SAMPLES = "cpuSamples";

  /** Arming a process that does nothing for it. */
  public static final String ARM_PROCESS = "armProcess";

  /** Having a traced thread's filter of system calls pass over it. */
  public static final String SUSPEND_SECCOMP = "suspendSeccomp";

  /** Pages can go to swap. */
  public static final String SWAP = "swap";

  /** Transparent huge pages. */
  public static final String HUGE_PAGES = "transparentHugePages";

  /** Anonymous folios that are larger than a page and smaller than a huge page. */
  public static final String LARGE_FOLIOS = "largeFolios";

  /** Programs in the kernel that run when a fault is sampled. */
  public static final String BPF = "bpf";

  /** Programs in the kernel that run at its functions, as a fault's. */
  public static final String BPF_HOOKS = "bpfHooks";
}
