package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import java.util.ArrayList;
import java.util.List;

/** The pages of a process that were in memory at one time, as its pagemap says. */
final class PresentPages {

  /** Reads pagemap entries. */
  @FunctionalInterface
  interface Reader {
    void read(long startVpn, int count, long[] entries);
  }

  private final long[] entries;

  private PresentPages(long[] entries) {
    this.entries = entries;
  }

  static PresentPages of(Reader pagemap) {
    long[] entries = new long[(int) Layout.everything().pages()];
    pagemap.read(Pages.vpn(Layout.BASE), entries.length, entries);
    return new PresentPages(entries);
  }

  /** {@return the pages that were in memory then and are not now, page by page} */
  List<PageRegion> goneBy(PresentPages now) {
    List<PageRegion> gone = new ArrayList<>();
    for (int i = 0; i < entries.length; i++) {
      if ((entries[i] & ~now.entries[i] & PagemapEntry.PRESENT) != 0) {
        gone.add(new PageRegion(i, i + 1L, 0));
      }
    }
    return gone;
  }

  /** {@return the frame of a page relative to {@link Layout#BASE}; 0 if it is not in memory} */
  long frame(int page) {
    return (entries[page] & PagemapEntry.PRESENT) != 0 ? entries[page] & PagemapEntry.PFN_MASK : 0;
  }

  /** {@return how many pages were looked at, from {@link Layout#BASE} on} */
  int count() {
    return entries.length;
  }
}
