package io.github.dirtyrange.kernel;

/**
 * Something a kernel may or may not give this process, as found by trying it.
 *
 * @param name short and stable, for instance {@code softDirty}
 * @param available whether a round trip through the kernel worked
 * @param detail what was found; when unavailable, why, and the setting that would change it
 */
public record Capability(String name, boolean available, String detail) {

  /** Soft-dirty: clear_refs 4 and bit 55 of pagemap. */
  public static final String SOFT_DIRTY = "softDirty";

  /** The PAGEMAP_SCAN ioctl. */
  public static final String PAGEMAP_SCAN = "pagemapScan";

  /** Userfaultfd write-protection resolved by the kernel itself. */
  public static final String WP_ASYNC = "uffdWpAsync";

  /** A queue of changes: on Linux, samples of page faults in a perf ring. */
  public static final String CHANGE_QUEUE = "changeQueue";

  /** Samples of a process's page faults: on Linux, perf's. */
  public static final String FAULT_SAMPLES = "faultSamples";

  /** Reading another process's memory. */
  public static final String READ_MEMORY = "readMemory";

  /** Page frame numbers in pagemap. */
  public static final String FRAME_NUMBERS = "frameNumbers";
}
