package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parts of mappings that hold something in some generation, so that a terabyte that is reserved
 * and never touched does not take the whole of a picture. Long stretches without anything are left
 * out; short ones stay.
 */
final class TouchedParts {

  private static final int PIECES = 64;

  /** So many pieces without anything, one after the other, are left out. */
  private static final int LONG_GAP = 8;

  /** Each pass leaves out stretches some eight times shorter than the one before. */
  private static final int PASSES = 8;

  private static final int MOST_PARTS = 4_096;

  private final List<Shown> memories;
  private final Set<Long> numbers;

  private TouchedParts(List<Shown> memories) {
    this.memories = memories;
    numbers = memories.stream().map(shown -> shown.facts().number()).collect(Collectors.toSet());
  }

  /** {@return those parts, in order, none over another} Goes through all ranges some times. */
  static List<MappedPart> of(List<Shown> memories) {
    TouchedParts touched = new TouchedParts(memories);
    List<MappedPart> parts = MappedParts.of(memories);
    for (int pass = 0; pass < PASSES; pass++) {
      List<MappedPart> narrower = touched.within(parts);
      if (narrower.equals(parts) || narrower.size() > MOST_PARTS) {
        return narrower;
      }
      parts = narrower;
    }
    return parts;
  }

  private List<MappedPart> within(List<MappedPart> parts) {
    List<BitSet> pieces = new ArrayList<>();
    parts.forEach(part -> pieces.add(new BitSet()));
    for (Shown shown : memories) {
      boolean followsShown = numbers.contains(shown.facts().parent().orElse(0));
      for (SavedRange range : shown.facts().memory().saved()) {
        boolean saidBefore = range.pageClass() == PageClass.PARENT && followsShown;
        if (range.pageClass() != PageClass.NOTHING && !saidBefore) {
          mark(range, parts, pieces);
        }
      }
    }
    List<MappedPart> touched = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      addRuns(parts.get(i), pieces.get(i), touched);
    }
    return touched;
  }

  private static void mark(SavedRange range, List<MappedPart> parts, List<BitSet> pieces) {
    for (int i = firstEndingAfter(parts, range.startVpn());
        i < parts.size() && parts.get(i).startVpn() < range.endVpn();
        i++) {
      MappedPart part = parts.get(i);
      long first = Math.max(range.startVpn(), part.startVpn()) - part.startVpn();
      long last = Math.min(range.endVpn(), part.endVpn()) - part.startVpn() - 1;
      pieces.get(i).set((int) (first / length(part)), (int) (last / length(part)) + 1);
    }
  }

  private static int firstEndingAfter(List<MappedPart> parts, long vpn) {
    int low = 0;
    int high = parts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).endVpn() <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return how many pages a piece of a part has} */
  private static long length(MappedPart part) {
    return (part.pages() + PIECES - 1) / PIECES;
  }

  private static void addRuns(MappedPart part, BitSet pieces, List<MappedPart> to) {
    int start = pieces.nextSetBit(0);
    while (start >= 0) {
      int end = pieces.nextClearBit(start);
      int next = pieces.nextSetBit(end);
      while (next >= 0 && next - end < LONG_GAP) {
        end = pieces.nextClearBit(next);
        next = pieces.nextSetBit(end);
      }
      long from = part.startVpn() + start * length(part);
      long until = Math.min(part.endVpn(), part.startVpn() + end * length(part));
      to.add(new MappedPart(from, until, part.mapping()));
      start = next;
    }
  }
}
