package io.github.dirtyrange.kernel;

import java.util.Locale;

/** The laws of a change queue, for one address space, between two drains; docs/laws.md has them. */
public enum Law {
  /** L1: every changed page is in the drained ranges. */
  COMPLETE("L1", "no change missed"),
  /** L2: no unchanged page is reported, except in a region flagged COARSE or HOT. */
  EXACT("L2", "nothing else told"),
  /** L3: regions of one drain are sorted, disjoint, non-empty and as long as they can be. */
  CANONICAL("L3", "regions in order"),
  /** L4: a page is armed again before it is handed out. */
  REARMED_BEFORE_REPORTED("L4", "armed before told"),
  /** L5: a drain costs time in proportion to the changes, whatever is mapped. */
  PAYS_FOR_CHANGES("L5", "cost follows changes"),
  /** L6: the queue never exceeds its budget, and the fault path never waits for the reader. */
  BOUNDED("L6", "memory is bounded"),
  /** L7: with memory frozen, what the drain says holds now agrees with a scan. */
  AGREES_WITH_SCAN("L7", "agrees with scans"),
  /** L8: each region has the transitions since the last drain and the categories that hold now. */
  CARRIES_DELTAS("L8", "transitions are told"),
  /** L9: moved pages keep their pending changes; what is unmapped is reported as gone. */
  FOLLOWS_PAGES("L9", "moves are followed"),
  /** L10: a region is told when the sink has taken it; until then it stays for the next drain. */
  OWED_UNTIL_DELIVERED("L10", "owed until delivered"),
  /** L11: who does not see a page's changes says so. */
  NEVER_SILENT("L11", "blindness is told"),
  /** L12: what is written once opening or enabling has begun is told by the first drain. */
  FROM_THE_FIRST_WRITE("L12", "from first write");

  private final String label;
  private final String inBrief;

  Law(String label, String inBrief) {
    this.label = label;
    this.inBrief = inBrief;
  }

  /** {@return what it asks, in three words} */
  public String inBrief() {
    return inBrief;
  }

  /** {@return the law's name in words, as "pays for changes"} */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** {@return the law's short name, L1 to L12} */
  public String label() {
    return label;
  }
}
