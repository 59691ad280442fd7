package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.ArrayList;
import java.util.List;

/** Runs a program with a queue open, and sums up what every drain must say, page by page. */
final class QueueCheck {

  private static final long ARMED = Categories.SOFT_DIRTY | Categories.WRITTEN;

  private final Window window;
  private final SimProcess process;
  private final TrackedProcess tracked;
  private final ChangeQueue queue;
  private final Profile profile;
  private final long[] expected;

  /** What a drain may say or not, by {@link PassingChanges}. */
  private final long[] possible;

  QueueCheck(Window window, Profile profile) {
    this.window = window;
    process = new SimKernel(profile).spawn();
    tracked = process.tracked();
    queue =
        tracked.openChangeQueue(
            new ChangeQueueOptions(List.of(new PageRange(window.base(), window.end())), 1 << 20));
    this.profile = profile;
    expected = new long[window.pages()];
    possible = new long[window.pages()];
  }

  void run(List<Step> program) {
    for (Step step : program) {
      if (step.kind() == Step.Kind.DRAIN) {
        checkDrain();
      } else {
        expect(step);
      }
    }
    checkDrain();
  }

  private void expect(Step step) {
    long[] before = window.categories(tracked);
    long[] pending = expected.clone();
    long[] possiblyPending = possible.clone();
    boolean[] mapped = window.mapped(tracked);
    boolean done = step.run(window, process, tracked);
    long[] after = window.categories(tracked);
    boolean[] stillMapped = window.mapped(tracked);
    for (int i = 0; i < expected.length; i++) {
      expected[i] |= (before[i] ^ after[i]) & ~armedBy(step, before[i], after[i]);
      expected[i] |= mapped[i] && !stillMapped[i] ? Categories.GONE : 0;
    }
    PassingChanges.allow(possible, step, window, profile, tracked.maps(), before);
    if (done) {
      expectPassing(step, before, after, mapped);
      expectCarried(step, pending, before, after);
      allowCarried(step, possiblyPending);
    }
  }

  private static long armedBy(Step step, long before, long after) {
    return switch (step.kind()) {
      case CLEAR_REFS, TAKE_WRITTEN, ARM_SILENTLY -> byArming(before, after);
      default -> 0;
    };
  }

  /** No change: SOFT_DIRTY and WRITTEN that fell, and SWAPPED, as a scan calls a marker. */
  private static long byArming(long before, long after) {
    return (before & ~after & ARMED) | (~before & after & Categories.SWAPPED);
  }

  /** What changed and changed back within the step. */
  private void expectPassing(Step step, long[] before, long[] after, boolean[] mapped) {
    int from = (int) (overlaid(step) - window.base());
    for (int i = from; i < from + step.pages(window); i++) {
      expected[i] |=
          switch (step.kind()) {
            case MMAP, MMAP_READ_ONLY, MMAP_SHARED, MREMAP, MREMAP_DONTUNMAP ->
                mapped[i] ? before[i] | after[i] | Categories.GONE : 0;
            case UNREGISTER -> (before[i] & Categories.WPALLOWED) != 0 ? Categories.WRITTEN : 0;
            default -> 0;
          };
    }
  }

  /** The first page of the range in whose place something else is mapped. */
  private long overlaid(Step step) {
    return switch (step.kind()) {
      case MREMAP, MREMAP_DONTUNMAP -> step.target(window);
      default -> step.vpn(window);
    };
  }

  /**
   * What was pending of pages that moved is pending of them at the new place, which counts as
   * mapped anew; the old one was empty for a moment, which a protected page was not. A huge page
   * that moves in part is split before.
   */
  private void expectCarried(Step step, long[] pending, long[] before, long[] after) {
    if (!moves(step)) {
      return;
    }
    int from = (int) (step.vpn(window) - window.base());
    int to = (int) (step.target(window) - window.base());
    for (int i = 0; i < step.pages(window); i++) {
      expected[to + i] |= pending[from + i] | Categories.GONE;
      expected[to + i] |= before[from + i] & ~after[to + i] & Categories.HUGE;
      boolean registered = (before[from + i] & Categories.WPALLOWED) != 0;
      expected[from + i] |= registered ? Categories.WRITTEN & ~kept(step, before[from + i]) : 0;
    }
  }

  /** What may be pending of pages that moved may be pending of them at the new place. */
  private void allowCarried(Step step, long[] possiblyPending) {
    if (!moves(step)) {
      return;
    }
    int from = (int) (step.vpn(window) - window.base());
    int to = (int) (step.target(window) - window.base());
    for (int i = 0; i < step.pages(window); i++) {
      possible[to + i] |= possiblyPending[from + i];
    }
  }

  private static boolean moves(Step step) {
    return step.kind() == Step.Kind.MREMAP || step.kind() == Step.Kind.MREMAP_DONTUNMAP;
  }

  /** Where the mapping stays, what it said before it says again. */
  private static long kept(Step step, long before) {
    return step.kind() == Step.Kind.MREMAP_DONTUNMAP ? before : 0;
  }

  private void checkDrain() {
    long[] before = window.categories(tracked);
    long[] changed = new long[expected.length];
    List<long[]> regions = new ArrayList<>();
    queue.drain(
        (start, end, regionChanged, now) -> {
          regions.add(new long[] {start, end, regionChanged, now});
          for (long vpn = start; vpn < end; vpn++) {
            changed[(int) (vpn - window.base())] = regionChanged;
            assertThat(Categories.toString(now))
                .isEqualTo(Categories.toString(before[(int) (vpn - window.base())]));
          }
        });
    for (int i = 0; i < expected.length; i++) {
      expected[i] |= changed[i] & possible[i];
      possible[i] = 0;
    }
    assertThat(differences(changed)).isEmpty();
    assertCanonical(regions);
    long[] after = window.categories(tracked);
    for (int i = 0; i < expected.length; i++) {
      boolean unarmed = expected[i] != 0 && (after[i] & ARMED) != 0;
      assertThat(unarmed).as("page %d is left unarmed", i).isFalse();
      expected[i] = (before[i] ^ after[i]) & ~byArming(before[i], after[i]);
    }
  }

  private static void assertCanonical(List<long[]> regions) {
    for (int i = 1; i < regions.size(); i++) {
      long[] previous = regions.get(i - 1);
      long[] region = regions.get(i);
      assertThat(region[0]).isGreaterThanOrEqualTo(previous[1]);
      boolean joinable =
          region[0] == previous[1] && region[2] == previous[2] && region[3] == previous[3];
      assertThat(joinable).isFalse();
    }
  }

  /** The runs of pages of which the queue says other than the sum, for people. */
  private List<String> differences(long[] changed) {
    List<String> differences = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= changed.length; i++) {
      boolean goesOn =
          i < changed.length && changed[i] == changed[from] && expected[i] == expected[from];
      if (goesOn) {
        continue;
      }
      if (changed[from] != expected[from]) {
        String queued = Categories.toString(changed[from]);
        differences.add(
            from + "-" + (i - 1) + " " + queued + ", not " + Categories.toString(expected[from]));
      }
      from = i;
    }
    return differences;
  }
}
