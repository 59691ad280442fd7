package io.github.dirtyrange.kernel.sim.zoo;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.LawCheck;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.explore.Bounds;
import io.github.dirtyrange.kernel.sim.explore.Exploration;
import io.github.dirtyrange.kernel.sim.explore.Explorer;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.zoo.ScannerCheck.Mark;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * One bug of the zoo, and a check that must catch it.
 *
 * @param quirk the bug
 * @param check what catches it
 */
record Specimen(Quirk quirk, Check check) {

  /** The newest kernel, without what it loses itself. */
  static final Profile RIGHT =
      Profile.V7_3
          .without(Quirk.SPLIT_SPREADS_DIRTY)
          .without(Quirk.TABLE_MOVE_KEEPS_SOFT_DIRTY)
          .without(Quirk.RECLAIM_FORGETS_SOFT_DIRTY)
          .without(Quirk.SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY);

  /** Looks for something wrong on a kernel. */
  sealed interface Check {

    /** {@return how it is called in the table} */
    String name();

    /**
     * {@return how many programs it took, or for an exploration steps; 0 if nothing was found}
     *
     * @param profile the kernel
     * @param most programs to try at most
     */
    int search(Profile profile, int most);
  }

  /** A law of the kit, kept or not by a queue. */
  record OfLaw(Law law, String design, Programs programs) implements Check {

    @Override
    public String name() {
      return law.label() + " of the kit, queue " + design;
    }

    @Override
    public int search(Profile profile, int most) {
      return firstProgram(
          programs,
          most,
          program -> LawCheck.run(QueueDesigns.find(design), profile, program).containsKey(law));
    }
  }

  /** L1 of a tracker that scans. */
  record OfScanner(Mark mark, Window window, Programs programs) implements Check {

    @Override
    public String name() {
      return "L1 of a scan for " + mark;
    }

    @Override
    public int search(Profile profile, int most) {
      return firstProgram(
          programs, most, program -> ScannerCheck.misses(window, mark, profile, program));
    }
  }

  /** Every interleaving within bounds. */
  record OfExplorer(String design, Bounds bounds) implements Check {

    private static final int MAX_STATES = 2_000_000;

    @Override
    public String name() {
      return String.format(
          "explore --queue %s --cpus %d --pages %d --writes %d --moves %d --drains %d --openings %d",
          design,
          bounds.cpus(),
          bounds.pages(),
          bounds.writes(),
          bounds.moves(),
          bounds.drains(),
          bounds.openings());
    }

    @Override
    public int search(Profile profile, int most) {
      Explorer explorer =
          new Explorer(bounds, QueueDesigns.find(design), profile.quirks(), MAX_STATES);
      Exploration.Violation violation = explorer.explore().violation();
      return violation == null ? 0 : violation.trace().size();
    }
  }

  private static int firstProgram(Programs programs, int most, Predicate<List<Step>> catches) {
    Random random = new Random(1);
    for (int number = 1; number <= most; number++) {
      if (catches.test(programs.next(random))) {
        return number;
      }
    }
    return 0;
  }
}
