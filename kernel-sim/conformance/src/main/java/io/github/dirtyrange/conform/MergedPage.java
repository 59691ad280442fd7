package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRegion;

/**
 * A page that is merged with others, as the outcome of {@link Operation.Merge} has it: in the place
 * of a region's categories.
 *
 * @param process whose page
 * @param kept whether it still has the frame that it had before, which the others took over
 * @param group pages of the same group are one
 */
record MergedPage(int process, boolean kept, int group) {

  private static final int KEPT_SHIFT = 8;
  private static final int GROUP_SHIFT = 16;
  private static final int PROCESS_MASK = 0xff;

  /** {@return what a region says} */
  static MergedPage of(PageRegion region) {
    long packed = region.categories();
    return new MergedPage(
        (int) packed & PROCESS_MASK,
        (packed >>> KEPT_SHIFT & 1) != 0,
        (int) (packed >>> GROUP_SHIFT));
  }

  /** {@return a region of one page that says so} */
  PageRegion at(long page) {
    long packed = process | (kept ? 1L << KEPT_SHIFT : 0) | (long) group << GROUP_SHIFT;
    return new PageRegion(page, page + 1, packed);
  }
}
