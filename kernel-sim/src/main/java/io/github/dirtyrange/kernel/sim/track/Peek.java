package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Pte;
import io.github.dirtyrange.kernel.sim.mm.TableVisitor;
import io.github.dirtyrange.kernel.sim.mm.VmArea;

/** Reads what holds now of the pages of a drain, and changes nothing. */
final class Peek {

  private final AddressSpace mm;
  private final TakenRegions regions;
  private final RegionJoiner joiner = new RegionJoiner();

  Peek(AddressSpace mm, TakenRegions regions) {
    this.mm = mm;
    this.regions = regions;
  }

  /** Hands the regions out, joined. */
  void into(ChangeSink sink) {
    joiner.handTo(sink);
    for (; !regions.isEmpty(); regions.removeUntil(regions.endVpn())) {
      show(regions.startVpn(), regions.endVpn(), regions.changed());
    }
    joiner.finish();
  }

  private void show(long startVpn, long endVpn, long changed) {
    long vpn = startVpn;
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      long from = Math.max(startVpn, area.startVpn());
      long to = Math.min(endVpn, area.endVpn());
      if (vpn < from) {
        joiner.add(vpn, from, changed, 0);
      }
      mm.pages().walk(from, to, new Reading(area, changed, joiner));
      vpn = to;
    }
    if (vpn < endVpn) {
      joiner.add(vpn, endVpn, changed, 0);
    }
  }

  private record Reading(VmArea area, long changed, RegionJoiner joiner) implements TableVisitor {

    @Override
    public boolean entries(long vpn, long[] table, int from, int to) {
      for (int i = from; i < to; i++) {
        add(vpn + i - from, vpn + i - from + 1, table[i]);
      }
      return true;
    }

    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      add(startVpn, endVpn, entry);
      return true;
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      add(startVpn, endVpn, Pte.NONE);
      return true;
    }

    private void add(long startVpn, long endVpn, long entry) {
      boolean coarse = (changed & Categories.COARSE) != 0;
      joiner.add(startVpn, endVpn, changed, coarse ? 0 : area.categories(entry));
    }
  }
}
