package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Memory of any classes, whose pages have their numbers as content. */
record SmallMemory(List<SavedMapping> mappings, List<SavedRange> saved, int pageSize)
    implements SavedMemory {

  SmallMemory(List<SavedMapping> mappings, List<SavedRange> saved) {
    this(mappings, saved, 4096);
  }

  /** {@return a heap of pages of such classes} */
  static SmallMemory of(long startVpn, PageClass... classes) {
    List<SavedRange> ranges = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      ranges.add(new SavedRange(startVpn + i, startVpn + i + 1, classes[i]));
    }
    long endVpn = startVpn + Math.max(1, classes.length);
    return new SmallMemory(
        List.of(new SavedMapping(startVpn, endVpn, 3, 0, 0, 0, "[heap]")), ranges);
  }

  @Override
  public String title() {
    return "small";
  }

  @Override
  public SavedReader pages() {
    return new SavedReader() {
      @Override
      public PageClass read(long vpn, ByteBuffer into) throws SavedException {
        PageClass is = pageClass(vpn);
        if (is.hasBytes()) {
          into.put(is == PageClass.ZERO ? new byte[4096] : SmallImages.page((int) vpn));
        }
        return is;
      }

      @Override
      public long place(long vpn) {
        return NOWHERE;
      }
    };
  }

  private PageClass pageClass(long vpn) throws SavedException {
    for (SavedRange range : saved) {
      if (range.startVpn() <= vpn && vpn < range.endVpn()) {
        if (range.pageClass() == PageClass.PARENT) {
          throw new SavedException(Kind.NO_PARENT, "small has no parent");
        }
        return range.pageClass();
      }
    }
    throw new SavedException(Kind.NOT_MAPPED, "small has no page " + vpn);
  }
}
