package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.ScanRequest;

/**
 * The arguments of a PAGEMAP_SCAN call.
 *
 * @param range what to walk
 * @param empty whether to walk nothing, at the start of the range
 * @param flags of {@link ScanRequest}
 * @param room for how many regions; 0 asks for no output
 * @param maxPages after how many pages to stop; 0 for no limit
 * @param inverted categories whose absence is looked for
 * @param required categories that a page must have
 * @param anyOf categories of which a page must have one
 * @param returned categories that regions tell of
 */
record ScanCall(
    PageRange range,
    boolean empty,
    long flags,
    int room,
    long maxPages,
    long inverted,
    long required,
    long anyOf,
    long returned) {

  private static final int MUCH_ROOM = 2_000;

  /** Asks where pages have a category. */
  static ScanCall of(PageRange range, long category) {
    return new ScanCall(range, false, 0, MUCH_ROOM, 0, 0, category, 0, category);
  }

  static ScanCall written(PageRange range) {
    return of(range, Categories.WRITTEN);
  }

  static ScanCall softDirty(PageRange range) {
    return of(range, Categories.SOFT_DIRTY);
  }

  /** Asks for nothing in particular: every mapped page matches. */
  static ScanCall everything(PageRange range) {
    return new ScanCall(range, false, 0, MUCH_ROOM, 0, 0, 0, 0, 0);
  }

  /** {@return the same call that write-protects what it reports} */
  ScanCall rearming() {
    return flags(ScanRequest.WP_MATCHING | ScanRequest.CHECK_WPASYNC);
  }

  ScanCall flags(long other) {
    return new ScanCall(range, empty, other, room, maxPages, inverted, required, anyOf, returned);
  }

  ScanCall room(int other) {
    return new ScanCall(range, empty, flags, other, maxPages, inverted, required, anyOf, returned);
  }

  ScanCall maxPages(long other) {
    return new ScanCall(range, empty, flags, room, other, inverted, required, anyOf, returned);
  }

  ScanCall inverted(long other) {
    return new ScanCall(range, empty, flags, room, maxPages, other, required, anyOf, returned);
  }

  ScanCall required(long other) {
    return new ScanCall(range, empty, flags, room, maxPages, inverted, other, anyOf, returned);
  }

  ScanCall anyOf(long other) {
    return new ScanCall(range, empty, flags, room, maxPages, inverted, required, other, returned);
  }

  ScanCall returning(long other) {
    return new ScanCall(range, empty, flags, room, maxPages, inverted, required, anyOf, other);
  }

  /** {@return the same call over no page} */
  ScanCall ofNothing() {
    return new ScanCall(range, true, flags, room, maxPages, inverted, required, anyOf, returned);
  }

  /** {@return the page where to stop} */
  long endPage() {
    return empty ? range.startVpn() : range.endVpn();
  }
}
