package io.github.dirtyrange.kernel.sim;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.OpenFile;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.Truncation;

/** A file of the simulated kernel, open to any of its processes. */
public final class SimFile {

  private final PageCache pages;
  private final OpenFile open;
  private boolean closed;

  SimFile(PageCache pages) {
    this(OpenFile.readWrite(pages));
  }

  private SimFile(OpenFile open) {
    this.open = open;
    pages = open.pages();
    open.hold();
  }

  /** {@return the same file, opened for reading only} */
  public SimFile readOnly() {
    refuseIf(closed, Errno.EBADF, "open");
    return new SimFile(OpenFile.readOnly(pages));
  }

  OpenFile open() {
    refuseIf(closed, Errno.EBADF, "mmap");
    return open;
  }

  /**
   * Closes the file. What is mapped of it stays; memory alone goes with its last mapping. Every
   * later call throws {@link KernelException} with EBADF.
   */
  public void close() {
    refuseIf(closed, Errno.EBADF, "close");
    closed = true;
    open.release();
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
    refuseIf(closed, Errno.EBADF, "ftruncate");
    refuseIf(bytes < 0 || !open.isWritable(), Errno.EINVAL, "ftruncate");
    Truncation.truncate(pages, bytes);
  }

  /**
   * Makes whole pages of the file a hole: fallocate with PUNCH_HOLE.
   *
   * @throws KernelException EINVAL for no range; EBADF where the file cannot be written
   */
  public void punchHole(long offsetBytes, long bytes) {
    refuseIf(closed, Errno.EBADF, "fallocate");
    refuseIf(offsetBytes < 0 || bytes <= 0, Errno.EINVAL, "fallocate");
    refuseIf(!open.isWritable(), Errno.EBADF, "fallocate");
    Truncation.punchHole(pages, Pages.count(offsetBytes), Pages.vpn(offsetBytes + bytes));
  }

  /**
   * Writes the stamp of a page by pwrite(2).
   *
   * @throws KernelException EINVAL for a negative offset; EBADF where the file cannot be written
   */
  public void write(long offsetBytes, long stamp) {
    refuseIf(closed, Errno.EBADF, "pwrite");
    refuseIf(offsetBytes < 0, Errno.EINVAL, "pwrite");
    refuseIf(!open.isWritable(), Errno.EBADF, "pwrite");
    Truncation.write(pages, offsetBytes, stamp);
  }
}
