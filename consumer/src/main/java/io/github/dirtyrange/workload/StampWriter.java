package io.github.dirtyrange.workload;

/** Writes stamps to pages of an area. */
final class StampWriter {

  private final WritableArea area;

  StampWriter(WritableArea area) {
    this.area = area;
  }

  /** Writes {@link Stamp#POPULATED} to the first {@code pages} pages, in ascending order. */
  void populate(int pages) {
    for (int page = 0; page < pages; page++) {
      area.store(page, Stamp.POPULATED);
    }
  }

  /** Writes the stamp of a sub-round to each of the pages, in the order given. */
  void write(int[] pages, int subRound) {
    for (int page : pages) {
      write(page, subRound);
    }
  }

  /** Writes the stamp of a sub-round to one page. */
  void write(int page, int subRound) {
    area.store(page, Stamp.of(subRound, area.vpn(page)));
  }
}
