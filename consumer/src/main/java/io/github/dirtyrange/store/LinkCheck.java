package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.util.List;

/** Whether all that a generation has from others is there. */
final class LinkCheck {

  private final SnapshotStore store;
  private final Generation generation;
  private final List<SavedFault> faults;

  LinkCheck(SnapshotStore store, Generation generation, List<SavedFault> faults) {
    this.store = store;
    this.generation = generation;
    this.faults = faults;
  }

  void run() {
    if (generation.header().parent().isPresent()) {
      parent();
    }
    RangeTable ranges = generation.index().ranges();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.pageClass(i) == PageClass.SAME) {
        same(i, ranges.pageIndex(i) + ranges.end(i) - ranges.start(i));
      }
    }
  }

  private void parent() {
    try {
      holes(Links.parent(store, generation.number(), generation.header()));
    } catch (SavedException e) {
      tell(e);
    }
  }

  /** Only the parent is looked at: what it has from its own is checked there. */
  private void holes(Generation parent) {
    RangeTable ranges = generation.index().ranges();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.pageClass(i) != PageClass.PARENT) {
        continue;
      }
      long hole = parent.index().ranges().firstHole(ranges.start(i), ranges.end(i));
      if (hole < ranges.end(i)) {
        faults.add(
            StoreVerifier.fault(
                generation,
                Kind.HOLE_IN_PARENT,
                hole,
                "is unchanged since generation " + parent.number() + ", which does not have it"));
      }
    }
  }

  private void same(int range, long endIndex) {
    try {
      Links.source(store, generation, range, endIndex);
    } catch (SavedException e) {
      tell(e);
    }
  }

  private void tell(SavedException e) {
    faults.add(StoreVerifier.fault(generation, e.kind(), String.valueOf(e.getMessage())));
  }
}
