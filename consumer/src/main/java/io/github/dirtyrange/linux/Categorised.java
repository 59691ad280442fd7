package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;

/** Whether a page of a process is in a category, as PAGEMAP_SCAN has it. */
final class Categorised {

  private Categorised() {}

  static boolean isWritten(LinuxProcess process, long address) {
    return is(process, address, Categories.WRITTEN);
  }

  static boolean is(LinuxProcess process, long address, long category) {
    long vpn = Pages.vpn(address);
    PageRegionBuffer regions = new PageRegionBuffer(1);
    process.scan(ScanRequest.of(vpn, vpn + 1, category), regions);
    return regions.size() == 1;
  }
}
