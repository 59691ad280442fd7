package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A process's mappings, and what the pages in each are. Pages that are in no mapping, and all those
 * of a pre-dump, which knows no mappings, get mappings made for them, so that nothing is left out.
 */
final class MappedPages {

  /** What a mapping is called that was made for pages that are in none. */
  static final String MADE = "[mapping not saved]";

  private final Pagemap pagemap;
  private final List<SavedMapping> mappings = new ArrayList<>();
  private final List<PageClass> notNamed = new ArrayList<>();
  private final Ranges ranges = new Ranges();
  private int entry;

  private MappedPages(Pagemap pagemap) {
    this.pagemap = pagemap;
  }

  /**
   * Lays pages over mappings.
   *
   * @param mm the mappings, if they are known
   */
  static MappedPages of(Pagemap pagemap, Optional<MmImage.Mm> mm, FileNames names) {
    MappedPages pages = new MappedPages(pagemap);
    long at = 0;
    if (mm.isPresent()) {
      for (Vma vma : mm.get().vmas()) {
        pages.outside(at, vma.startVpn());
        pages.inside(mapping(vma, mm.get(), names), vma.notNamed());
        at = vma.endVpn();
      }
    }
    pages.outside(at, SavedMapping.END_VPN);
    return pages;
  }

  List<SavedMapping> mappings() {
    return Collections.unmodifiableList(mappings);
  }

  List<SavedRange> ranges() {
    return Collections.unmodifiableList(ranges);
  }

  /** {@return the place of the mapping that has a page, or less than 0} */
  int find(long vpn) {
    int low = 0;
    int high = mappings.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mappings.get(middle).endVpn() <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < mappings.size() && mappings.get(low).startVpn() <= vpn ? low : -1;
  }

  /** {@return what a page of a mapping is that the pagemap does not name} */
  PageClass notNamed(int mapping) {
    return notNamed.get(mapping);
  }

  /** {@return the name of the mapping that has a page, for people} */
  String mappingName(long vpn) {
    int mapping = find(vpn);
    return mapping < 0 ? "no mapping" : mappings.get(mapping).title();
  }

  private void inside(SavedMapping mapping, PageClass unnamed) {
    mappings.add(mapping);
    notNamed.add(unnamed);
    long at = mapping.startVpn();
    while (at < mapping.endVpn()) {
      skipEndedBefore(at);
      boolean named = entry < pagemap.size() && pagemap.start(entry) <= at;
      long end = mapping.endVpn();
      if (entry < pagemap.size()) {
        end = Math.min(end, named ? pagemap.end(entry) : pagemap.start(entry));
      }
      ranges.append(at, end, named ? pagemap.pageClass(entry) : unnamed);
      at = end;
    }
  }

  private void outside(long from, long to) {
    long at = from;
    skipEndedBefore(at);
    while (entry < pagemap.size() && Math.max(at, pagemap.start(entry)) < to) {
      at = Math.max(at, pagemap.start(entry));
      inside(new SavedMapping(at, runEnd(to), 0, 0, 0, 0, MADE), PageClass.UNREAD);
      at = mappings.get(mappings.size() - 1).endVpn();
      skipEndedBefore(at);
    }
  }

  /** {@return where the entries end that follow each other from this one on, or a limit} */
  private long runEnd(long limit) {
    int last = entry;
    while (pagemap.end(last) < limit
        && last + 1 < pagemap.size()
        && pagemap.start(last + 1) == pagemap.end(last)) {
      last++;
    }
    return Math.min(pagemap.end(last), limit);
  }

  private void skipEndedBefore(long vpn) {
    while (entry < pagemap.size() && pagemap.end(entry) <= vpn) {
      entry++;
    }
  }

  private static SavedMapping mapping(Vma vma, MmImage.Mm mm, FileNames names) {
    boolean shared = (vma.flags() & Vma.MAP_SHARED) != 0;
    int mode = SavedMapping.READ | SavedMapping.WRITE | SavedMapping.EXECUTE;
    return new SavedMapping(
        vma.startVpn(),
        vma.endVpn(),
        (vma.prot() & mode) | (shared ? SavedMapping.SHARED : 0),
        vma.offset(),
        0,
        0,
        name(vma, mm, names));
  }

  private static String name(Vma vma, MmImage.Mm mm, FileNames names) {
    if (vma.isOfFile()) {
      return names.name(vma.file());
    }
    if (vma.isSharedMemory()) {
      return "[shared memory " + Long.toUnsignedString(vma.file()) + "]";
    }
    if (vma.is(Vma.HEAP)) {
      return "[heap]";
    }
    return special(vma, mm.startStack() >>> Format.PAGE_SHIFT);
  }

  private static String special(Vma vma, long stackVpn) {
    if (vma.is(Vma.VDSO)) {
      return "[vdso]";
    }
    if (vma.is(Vma.VVAR)) {
      return "[vvar]";
    }
    if (vma.is(Vma.VSYSCALL)) {
      return "[vsyscall]";
    }
    return vma.startVpn() <= stackVpn && stackVpn < vma.endVpn() ? "[stack]" : "";
  }
}
