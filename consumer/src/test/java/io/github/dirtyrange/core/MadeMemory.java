package io.github.dirtyrange.core;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Memory that was made up: each page that has bytes has its own number all over. */
record MadeMemory(int pageSize, List<SavedMapping> mappings, List<SavedRange> saved)
    implements SavedMemory {

  /** Bytes of a page, where nothing else is said. */
  static final int PAGE = 64;

  /** A stretch of pages of one mapping. */
  record Stretch(PageClass pageClass, long pages) {}

  /** {@return a mapping with stretches of pages, from a page on} */
  static MadeMemory of(long startVpn, String name, Stretch... stretches) {
    return of(startVpn, name, List.of(stretches));
  }

  static MadeMemory of(long startVpn, String name, List<Stretch> stretches) {
    List<SavedRange> ranges = new ArrayList<>();
    long at = startVpn;
    for (Stretch stretch : stretches) {
      ranges.add(new SavedRange(at, at + stretch.pages(), stretch.pageClass()));
      at += stretch.pages();
    }
    int permissions = SavedMapping.READ | SavedMapping.EXECUTE;
    SavedMapping mapping = new SavedMapping(startVpn, at, permissions, 3 * PAGE, 1, 2, name);
    return new MadeMemory(PAGE, List.of(mapping), ranges);
  }

  /** {@return both, the other one behind this one} */
  MadeMemory and(MadeMemory other) {
    List<SavedMapping> allMappings = new ArrayList<>(mappings);
    allMappings.addAll(other.mappings);
    List<SavedRange> allRanges = new ArrayList<>(saved);
    allRanges.addAll(other.saved);
    return new MadeMemory(PAGE, allMappings, allRanges);
  }

  /** {@return the bytes of a page that is {@link PageClass#DATA}} */
  static byte[] bytes(long vpn) {
    ByteBuffer page = ByteBuffer.allocate(PAGE);
    while (page.hasRemaining()) {
      page.putLong(vpn + 1);
    }
    return page.array();
  }

  @Override
  public String title() {
    return "made-up memory";
  }

  @Override
  public SavedReader pages() {
    return new SavedReader() {
      @Override
      public PageClass read(long vpn, ByteBuffer into) throws SavedException {
        PageClass pageClass = find(vpn);
        switch (pageClass) {
          case DATA, SAME -> into.put(bytes(vpn));
          case ZERO -> into.put(new byte[PAGE]);
          default -> {}
        }
        return pageClass;
      }

      @Override
      public long place(long vpn) {
        return NOWHERE;
      }
    };
  }

  private PageClass find(long vpn) throws SavedException {
    for (SavedRange range : saved) {
      if (range.startVpn() <= vpn && vpn < range.endVpn()) {
        return range.pageClass();
      }
    }
    throw new SavedException(SavedFault.Kind.NOT_MAPPED, "page " + vpn);
  }
}
