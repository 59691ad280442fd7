package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.Truncation;

/** A file of the simulated kernel, open to any of its processes. */
public final class SimFile {

  private final PageCache pages;

  SimFile(PageCache pages) {
    this.pages = pages;
  }

  PageCache pages() {
    return pages;
  }

  /** {@return the file's number} */
  public long inode() {
    return pages.inode();
  }

  /** Gives the file another size. Pages beyond it go from every mapping. */
  public void truncate(long bytes) {
    Truncation.truncate(pages, bytes);
  }

  /** Makes whole pages of the file a hole: fallocate with PUNCH_HOLE. */
  public void punchHole(long offsetBytes, long bytes) {
    Truncation.punchHole(pages, Pages.count(offsetBytes), Pages.vpn(offsetBytes + bytes));
  }

  /** Writes the stamp of a page by pwrite(2). */
  public void write(long offsetBytes, long stamp) {
    Truncation.write(pages, offsetBytes, stamp);
  }
}
