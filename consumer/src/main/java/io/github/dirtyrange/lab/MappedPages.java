package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;
import java.util.function.Predicate;

/** Mappings as sets of pages. */
final class MappedPages {

  private MappedPages() {}

  /** {@return the pages of the mappings that are wanted; the page of vsyscall is no user's} */
  static ChangedPages of(List<Vma> mappings, Predicate<Vma> wanted) {
    ChangedPages pages = new ChangedPages();
    for (Vma vma : mappings) {
      if (vma.endVpn() <= TrackedRanges.USER_END_VPN && wanted.test(vma)) {
        pages.add(vma.startVpn(), vma.endVpn());
      }
    }
    return pages;
  }
}
