package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.EnumMap;
import java.util.Map;

/**
 * A process of ours with as much memory of each class that walks over page tables tell apart, all
 * of it as the first arming finds it. It has a userfaultfd to arm it by.
 */
public final class PageClasses implements AutoCloseable {

  private static final long TABLE_BYTES = (long) Pages.PER_TABLE * Pages.SIZE;

  private final ProbeChild child;
  private final Map<PageClass, PageRange> ranges = new EnumMap<>(PageClass.class);

  /** What a page is to a walk. */
  public enum PageClass {
    /** Private memory in pages of 4 KiB, each written once. */
    SMALL("small pages"),
    /** Private memory in transparent huge pages. */
    HUGE("huge pages"),
    /** Shared memory (memfd), each page written once. */
    SHARED("shared memory"),
    /** Private memory that nobody has touched. */
    UNTOUCHED("never touched");

    private final String label;

    PageClass(String label) {
      this.label = label;
    }

    /** {@return its name in reports} */
    public String label() {
      return label;
    }
  }

  private PageClasses(ProbeChild child) {
    this.child = child;
  }

  /**
   * Starts one. Where the machine gives no huge pages, that class is left out.
   *
   * @param bytes of each class, a multiple of 2 MiB
   * @throws KernelException if it cannot be started, or has not the memory
   */
  public static PageClasses start(long bytes) {
    PageClasses classes = new PageClasses(ProbeChild.start());
    try {
      classes.map(bytes);
      classes.child.openUserfaultfd();
      return classes;
    } catch (RuntimeException e) {
      classes.close();
      throw e;
    }
  }

  private void map(long bytes) {
    ranges.put(PageClass.SMALL, populated(child.map(bytes), bytes, Abi.MADV_NOHUGEPAGE));
    PageRange huge = populated(alignedMap(bytes), bytes, Abi.MADV_HUGEPAGE);
    if (isHuge(huge)) {
      ranges.put(PageClass.HUGE, huge);
    }
    ranges.put(PageClass.SHARED, populated(child.mapShared(bytes), bytes, Abi.MADV_NOHUGEPAGE));
    long untouched = alignedMap(bytes);
    child.advise(untouched, bytes, Abi.MADV_NOHUGEPAGE);
    ranges.put(PageClass.UNTOUCHED, range(untouched, bytes));
  }

  private long alignedMap(long bytes) {
    return (child.map(bytes + TABLE_BYTES) + TABLE_BYTES - 1) & -TABLE_BYTES;
  }

  private PageRange populated(long address, long bytes, int advice) {
    try {
      child.advise(address, bytes, advice);
    } catch (KernelException e) {
      // A kernel without transparent huge pages knows no advice on them.
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
    child.advise(address, bytes, Abi.MADV_POPULATE_WRITE);
    return range(address, bytes);
  }

  private static PageRange range(long address, long bytes) {
    return new PageRange(Pages.vpn(address), Pages.vpn(address + bytes));
  }

  private boolean isHuge(PageRange range) {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    try (LinuxProcess process = LinuxProcess.open(child.pid())) {
      process.scan(ScanRequest.of(range.startVpn(), range.endVpn(), Categories.HUGE), regions);
    }
    return regions.size() == 1
        && regions.startVpn(0) == range.startVpn()
        && regions.endVpn(0) == range.endVpn();
  }

  /** {@return the process's number} */
  public int pid() {
    return child.pid();
  }

  /** {@return where the memory of each class lies} */
  public Map<PageClass, PageRange> ranges() {
    return Map.copyOf(ranges);
  }

  @Override
  public void close() {
    child.close();
  }
}
