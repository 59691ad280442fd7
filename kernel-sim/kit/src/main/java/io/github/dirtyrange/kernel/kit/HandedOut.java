package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The regions that one drain or peek of a queue handed out. */
final class HandedOut implements RegionVisitor {

  private static final int SAID = 4;

  private final List<Region> regions = new ArrayList<>();

  /** Pages with one mask. */
  record Region(long startVpn, long endVpn, long changed) {

    boolean isCoarse() {
      return (changed & Categories.COARSE) != 0;
    }

    private String say() {
      return String.format(
          "[%d,%d) %s",
          startVpn - RecordProgram.BASE, endVpn - RecordProgram.BASE, Categories.toString(changed));
    }
  }

  @Override
  public void visit(long startVpn, long endVpn, long changed) {
    regions.add(new Region(startVpn, endVpn, changed));
  }

  List<Region> regions() {
    return regions;
  }

  /** {@return the OR of what was told of a page} */
  long changed(long vpn) {
    long changed = 0;
    for (Region region : regions) {
      changed |= region.startVpn <= vpn && vpn < region.endVpn ? region.changed : 0;
    }
    return changed;
  }

  /** {@return whether regions ascend, are disjoint, not empty, and as long as they can be} */
  boolean isCanonical() {
    Region last = new Region(-1, -1, 0);
    for (Region region : regions) {
      boolean joinable = region.startVpn == last.endVpn && region.changed == last.changed;
      if (region.startVpn >= region.endVpn || region.startVpn < last.endVpn || joinable) {
        return false;
      }
      last = region;
    }
    return true;
  }

  /** {@return the regions nearest to a page, for people} */
  String around(long vpn) {
    List<Region> near = regions.stream().filter(region -> region.endVpn + 2 > vpn).toList();
    return near.isEmpty()
        ? "nothing there or behind it"
        : near.stream().limit(SAID).map(Region::say).collect(Collectors.joining(", "));
  }
}
