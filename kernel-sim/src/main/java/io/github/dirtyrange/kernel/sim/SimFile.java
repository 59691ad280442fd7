package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.Truncation;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;

/** A file of the simulated kernel, open to any of its processes. */
public final class SimFile {

  private final PageCache pages;
  private final long may;

  SimFile(PageCache pages) {
    this(pages, Mmap.MAY);
  }

  private SimFile(PageCache pages, long may) {
    this.pages = pages;
    this.may = may;
  }

  /** {@return the same file, opened for reading only} */
  public SimFile readOnly() {
    return new SimFile(pages, may & ~VmFlags.MAYWRITE);
  }

  /** {@return the MAY flags that its mappings get} */
  long may() {
    return may;
  }

  PageCache pages() {
    return pages;
  }

  /** {@return the file's number} */
  public long inode() {
    return pages.inode();
  }

  /**
   * Gives the file another size. Pages beyond it go from every mapping.
   *
   * @throws KernelException EINVAL for a negative size, and where the file cannot be written
   */
  public void truncate(long bytes) {
    refuseIf(bytes < 0 || isReadOnly(), Errno.EINVAL, "ftruncate");
    Truncation.truncate(pages, bytes);
  }

  /**
   * Makes whole pages of the file a hole: fallocate with PUNCH_HOLE.
   *
   * @throws KernelException EINVAL for no range; EBADF where the file cannot be written
   */
  public void punchHole(long offsetBytes, long bytes) {
    refuseIf(offsetBytes < 0 || bytes <= 0, Errno.EINVAL, "fallocate");
    refuseIf(isReadOnly(), Errno.EBADF, "fallocate");
    Truncation.punchHole(pages, Pages.count(offsetBytes), Pages.vpn(offsetBytes + bytes));
  }

  /**
   * Writes the stamp of a page by pwrite(2).
   *
   * @throws KernelException EINVAL for a negative offset; EBADF where the file cannot be written
   */
  public void write(long offsetBytes, long stamp) {
    refuseIf(offsetBytes < 0, Errno.EINVAL, "pwrite");
    refuseIf(isReadOnly(), Errno.EBADF, "pwrite");
    Truncation.write(pages, offsetBytes, stamp);
  }

  private boolean isReadOnly() {
    return (may & VmFlags.MAYWRITE) == 0;
  }

  private static void refuseIf(boolean wrong, Errno errno, String call) {
    if (wrong) {
      throw new KernelException(errno, call);
    }
  }
}
