package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmaVisitor;

/** Reads what a drain would hand out of the pages that it has yet to arm, and changes nothing. */
final class Peek {

  private final AddressSpace mm;
  private final Rearm rearm;
  private final RegionJoiner joiner;

  /**
   * Makes one that goes on where a drain is.
   *
   * @param rearm what the drain has armed so far
   * @param joiner a copy of the drain's
   */
  Peek(AddressSpace mm, Rearm rearm, RegionJoiner joiner) {
    this.mm = mm;
    this.rearm = rearm;
    this.joiner = joiner;
  }

  /** Hands regions out, joined, and empties them. */
  void show(TakenRegions regions, ChangeSink sink) {
    joiner.handTo(sink);
    for (; !regions.isEmpty(); regions.removeUntil(regions.endVpn())) {
      show(regions.startVpn(), regions.endVpn(), regions.changed());
    }
    joiner.finish();
  }

  private void show(long startVpn, long endVpn, long changed) {
    mm.areas()
        .forEachIn(
            startVpn,
            endVpn,
            new VmaVisitor() {
              @Override
              public void part(VmArea area, long from, long to) {
                mm.pages().walk(from, to, reading(area, changed));
              }

              @Override
              public void gap(long from, long to) {
                joiner.add(from, to, changed, 0);
              }
            });
  }

  private EntryVisitor reading(VmArea area, long changed) {
    boolean coarse = (changed & Categories.COARSE) != 0;
    long given = rearm.given(area);
    long told = rearm.told();
    return (startVpn, endVpn, entry) -> {
      long before = rearm.entryBefore(startVpn, entry);
      joiner.add(startVpn, endVpn, changed, coarse ? 0 : (given | area.categories(before)) & told);
    };
  }
}
