package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.UserPages;
import io.github.dirtyrange.kernel.sim.mm.VmArea;

/**
 * A page as a process maps it.
 *
 * @param process the process
 * @param vpn the page's number there
 */
public record MappedPage(SimProcess process, long vpn) {

  /** {@return what the page holds, without an access; -1 where there is none} */
  public long content() {
    return UserPages.contentOf(process.mm(), vpn);
  }

  /**
   * Opens the file that is mapped there, for reading and writing: {@code /proc/PID/map_files}.
   *
   * @throws KernelException ENOENT where no file is
   */
  public SimFile openFile() {
    return new SimFile(file(area()));
  }

  /**
   * {@return where the page is in its file, in bytes}
   *
   * @throws KernelException ENOENT where no mapping is
   */
  public long offsetBytes() {
    return Pages.address(area().pageOffset(vpn));
  }

  private VmArea area() {
    VmArea area = process.mm().areas().find(vpn);
    if (area == null) {
      throw new KernelException(Errno.ENOENT, "look at what is mapped");
    }
    return area;
  }

  private static PageCache file(VmArea area) {
    PageCache file = area.file();
    if (file == null) {
      throw new KernelException(Errno.ENOENT, "open of what is mapped");
    }
    return file;
  }
}
