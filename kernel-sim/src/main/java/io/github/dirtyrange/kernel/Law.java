package io.github.dirtyrange.kernel;

import java.util.Locale;

/** The laws of a change queue, for one address space, between two drains; docs/laws.md has them. */
public enum Law {
  /** L1: every changed page is in the drained ranges. */
  COMPLETE("L1"),
  /** L2: no unchanged page is reported, except in a region flagged COARSE or HOT. */
  EXACT("L2"),
  /** L3: regions of one drain are sorted, disjoint, non-empty and as long as they can be. */
  CANONICAL("L3"),
  /** L4: a page is armed again before it is handed out. */
  REARMED_BEFORE_REPORTED("L4"),
  /** L5: a drain costs time in proportion to the changes, whatever is mapped. */
  PAYS_FOR_CHANGES("L5"),
  /** L6: the queue never exceeds its budget, and the fault path never waits for the reader. */
  BOUNDED("L6"),
  /** L7: with memory frozen, what the drain says holds now agrees with a scan. */
  AGREES_WITH_SCAN("L7"),
  /** L8: each region has the transitions since the last drain and the categories that hold now. */
  CARRIES_DELTAS("L8"),
  /** L9: moved pages keep their pending changes; what is unmapped is reported as gone. */
  FOLLOWS_PAGES("L9"),
  /** L10: a region is told when the sink has taken it; until then it stays for the next drain. */
  OWED_UNTIL_DELIVERED("L10"),
  /** L11: who does not see a page's changes says so. */
  NEVER_SILENT("L11"),
  /** L12: what is written once opening or enabling has begun is told by the first drain. */
  FROM_THE_FIRST_WRITE("L12");

  private final String label;

  Law(String label) {
    this.label = label;
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
