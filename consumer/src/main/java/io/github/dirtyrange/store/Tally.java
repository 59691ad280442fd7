package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;

/** Counts pages by what became of them. */
final class Tally {

  private final long[] given = new long[1 + PageClass.values().length];
  private final long[] told = new long[1 + PageClass.values().length];

  void given(PageClass became, int pages) {
    given[became.code()] += pages;
  }

  void told(PageClass pageClass, long pages) {
    told[pageClass.code()] += pages;
  }

  GenerationCounts counts() {
    return new GenerationCounts(
        given[PageClass.DATA.code()],
        given[PageClass.ZERO.code()],
        given[PageClass.PARENT.code()],
        given[PageClass.SAME.code()],
        told[PageClass.PARENT.code()],
        told[PageClass.ZERO.code()],
        told[PageClass.NOTHING.code()],
        told[PageClass.SWAPPED.code()],
        told[PageClass.FILE.code()],
        told[PageClass.UNREAD.code()]);
  }
}
