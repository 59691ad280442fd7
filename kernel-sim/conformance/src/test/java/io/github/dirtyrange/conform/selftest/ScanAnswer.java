package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.conform.Outcome;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.Pages;
import java.util.List;

/**
 * What a PAGEMAP_SCAN call answered.
 *
 * @param outcome with pages counted from the layout's base
 * @param first where a scene's pages begin to count
 */
record ScanAnswer(Outcome outcome, long first) {

  /** {@return "ok", or the error's name} */
  String summary() {
    return outcome.summary();
  }

  /** {@return the regions found} */
  List<PageRegion> regions() {
    return outcome.regions().stream()
        .map(r -> new PageRegion(r.startVpn() - first, r.endVpn() - first, r.categories()))
        .toList();
  }

  /** {@return the regions found, their categories left out} */
  List<PageRange> pages() {
    return regions().stream().map(r -> new PageRange(r.startVpn(), r.endVpn())).toList();
  }

  /** {@return how many pages the regions hold} */
  long count() {
    return pages().stream().mapToLong(PageRange::pages).sum();
  }

  /** {@return the page where the walk ended} */
  long walkEnd() {
    return Pages.vpn(outcome.walkEnd()) - first;
  }
}
