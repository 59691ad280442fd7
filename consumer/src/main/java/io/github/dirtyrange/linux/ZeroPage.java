package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;

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
    try (MappedArea area = MappedArea.anonymous(Pages.SIZE);
        ProcPagemap pagemap = ProcPagemap.open((int) ProcessHandle.current().pid())) {
      // The kernel maps the page at the first load.
      boolean untouched = area.getLong(area.address()) == 0;
      pagemap.read(Pages.vpn(area.address()), 1, entry);
      return untouched ? PagemapEntry.pfn(entry[0]) : 0;
    }
  }
}
