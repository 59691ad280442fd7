package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ScanRequest;
import java.util.List;

/** Random PAGEMAP_SCANs, some of them wrong in one way or in several. */
final class ScanDraws {

  private static final long KNOWN_CATEGORIES = (Categories.ACCESSED << 1) - 1;

  private ScanDraws() {}

  static List<Operation> scan(Draws d) {
    Span span = d.chance(0.5) ? d.most() : d.span();
    long flags = d.oneOf(0, ScanRequest.WP_MATCHING);
    flags |= d.chance(0.15) ? ScanRequest.CHECK_WPASYNC : 0;
    int regions = d.chance(0.12) ? 0 : (int) d.oneOf(1, 2, 3, 5, 16, 64, 600);
    long maxPages = d.chance(0.6) ? 0 : 1 + d.below(20);
    if (d.chance(0.4)) {
      long only = d.chance(0.8) ? Categories.WRITTEN : d.oneOf(1, 4, 8, 16, 32, 64, 128, 256);
      return List.of(
          new Operation.Scan(
              d.process(), flags, span.start(), span.end(), regions, maxPages, 0, only, 0, only));
    }
    return List.of(
        new Operation.Scan(
            d.process(),
            d.chance(0.02) ? 4 : flags,
            span.start(),
            span.end(),
            regions,
            maxPages,
            mask(d, 0.15),
            mask(d, 0.12),
            d.chance(0.5) ? 0 : mask(d, 0.3),
            d.chance(0.3) ? KNOWN_CATEGORIES >> 1 : mask(d, 0.4),
            d.chance(0.01) ? d.oneOf(-96, -8, 8) : 0,
            d.chance(0.05) ? d.below(ScanVec.values().length) : 0));
  }

  /** Categories that the newest kernel knows; the others reject the newest one. */
  private static long mask(Draws d, double density) {
    long known = d.chance(0.02) ? KNOWN_CATEGORIES << 1 | 1 : KNOWN_CATEGORIES >> 1;
    return d.someBits(known, density);
  }
}
