package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Mapping;

/** The frame of zeros that all untouched pages share, found by looking at an untouched page. */
final class ZeroPage {

  private static final long FRAME = find();

  private ZeroPage() {}

  /** {@return its number; 0 where the kernel hides frame numbers} */
  static long frame() {
    return FRAME;
  }

  private static long find() {
    long[] entry = new long[1];
    try (Mapping page = Mapping.fenced(Pages.SIZE);
        ProcPagemap pagemap = ProcPagemap.open((int) ProcessHandle.current().pid())) {
      // The kernel maps the page at the first load.
      boolean untouched = page.view(0, Pages.SIZE).getLong(0) == 0;
      pagemap.read(Pages.vpn(page.address()), 1, entry);
      return untouched ? PagemapEntry.pfn(entry[0]) : 0;
    }
  }
}
