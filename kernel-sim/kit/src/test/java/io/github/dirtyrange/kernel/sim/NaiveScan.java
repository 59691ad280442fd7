package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.kit.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * PAGEMAP_SCAN told page by page, for a kernel without quirks: slow, and obviously what the rules
 * say. It works on what a scan of everything said of each page before.
 */
final class NaiveScan {

  final List<PageRegion> regions = new ArrayList<>();

  /** The categories that a scan of everything must find afterwards. */
  final long[] after;

  boolean refused;
  long walkEndVpn;

  private final ScanRequest request;
  private final boolean[] mapped;
  private final boolean[] hole;
  private final int capacity;
  private long found;

  NaiveScan(
      long[] categories, boolean[] mapped, boolean[] hole, ScanRequest request, int capacity) {
    after = categories.clone();
    this.mapped = mapped;
    this.hole = hole;
    this.request = request;
    this.capacity = capacity;
  }

  void run(int firstPage, int endPage) {
    walkEndVpn = Window.SMALL.base() + endPage;
    for (int page = firstPage; page < endPage; page++) {
      if (mapped[page] && !visit(page)) {
        walkEndVpn = Window.SMALL.base() + page;
        return;
      }
      if (refused) {
        return;
      }
    }
  }

  private boolean visit(int page) {
    boolean allowed = (after[page] & Categories.WPALLOWED) != 0;
    boolean protects = has(ScanRequest.WP_MATCHING);
    if (!allowed && has(ScanRequest.CHECK_WPASYNC)) {
      refused = true;
      return true;
    }
    if (!allowed && protects) {
      return true;
    }
    if (!mappingMayMatch(page)) {
      return true;
    }
    boolean silent = protects && capacity == 0 && !hole[page];
    if (!silent && !matches(after[page])) {
      return true;
    }
    if (capacity > 0 && !output(page)) {
      return false;
    }
    if (protects && (after[page] & Categories.WRITTEN) != 0) {
      protect(page);
    }
    return true;
  }

  /** The test that can reject a mapping as a whole, and so even what is protected silently. */
  private boolean mappingMayMatch(int page) {
    long required = request.requiredMask() & Categories.WPALLOWED;
    return ((after[page] ^ request.invertedMask()) & required) == required;
  }

  private boolean has(long flag) {
    return (request.flags() & flag) != 0;
  }

  private boolean matches(long categories) {
    long inverted = categories ^ request.invertedMask();
    boolean required = (inverted & request.requiredMask()) == request.requiredMask();
    boolean any = request.anyOfMask() == 0 || (inverted & request.anyOfMask()) != 0;
    return required && any;
  }

  private boolean output(int page) {
    if (request.maxPages() != 0 && found == request.maxPages()) {
      return false;
    }
    long vpn = Window.SMALL.base() + page;
    long shown = after[page] & request.returnMask();
    PageRegion last = regions.isEmpty() ? null : regions.get(regions.size() - 1);
    if (last != null && last.endVpn() == vpn && last.categories() == shown) {
      regions.set(regions.size() - 1, new PageRegion(last.startVpn(), vpn + 1, shown));
    } else if (regions.size() == capacity) {
      return false;
    } else {
      regions.add(new PageRegion(vpn, vpn + 1, shown));
    }
    found++;
    return true;
  }

  private void protect(int page) {
    boolean empty = (after[page] & (Categories.PRESENT | Categories.SWAPPED)) == 0;
    after[page] &= ~Categories.WRITTEN;
    after[page] |= empty ? Categories.SWAPPED : 0;
  }
}
