package io.github.dirtyrange.trace;

import io.github.dirtyrange.live.result.ChangedRegions;
import java.util.ArrayList;
import java.util.List;

/** Cuts regions into pieces of which each fits into a block, whatever their mappings are called. */
final class RegionPieces {

  private final List<ChangedRegions> pieces = new ArrayList<>();
  private ChangedRegions last = new ChangedRegions();
  private String mapping = "";
  private int count;
  private long characters;

  private RegionPieces() {
    pieces.add(last);
  }

  /** {@return the pieces, of which there is one at least} */
  static List<ChangedRegions> of(ChangedRegions regions) {
    RegionPieces cut = new RegionPieces();
    regions.forEach(
        (startVpn, endVpn, changed, now, known, name) -> {
          if (!cut.fits(name)) {
            cut.last = new ChangedRegions();
            cut.pieces.add(cut.last);
          }
          cut.last.add(startVpn, endVpn, changed, now, known, name);
        });
    return cut.pieces;
  }

  /** {@return whether one piece is enough} */
  static boolean isOne(ChangedRegions regions) {
    if (regions.size() > TraceFormat.MOST_REGIONS) {
      return false;
    }
    RegionPieces counted = new RegionPieces();
    boolean[] fit = {true};
    regions.forEach((startVpn, endVpn, changed, now, known, name) -> fit[0] &= counted.fits(name));
    return fit[0];
  }

  /** Counts one more; {@return whether it belongs to the piece of those before} */
  private boolean fits(String name) {
    boolean sameName = name.equals(mapping);
    mapping = name;
    count++;
    characters += sameName ? 0 : name.length();
    if (count <= TraceFormat.MOST_REGIONS && characters <= TraceFormat.MOST_NAMES) {
      return true;
    }
    count = 1;
    characters = name.length();
    return false;
  }
}
