package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random programs, with every page's categories read before and after each step: what a drain says
 * must be the sum of the differences, page by page.
 */
class ChangeQueuePropertyTest {

  private static final long ARMED = Categories.SOFT_DIRTY | Categories.WRITTEN;

  @Property(tries = 2_000)
  void drainsSayWhatChangedPageByPage(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    check(program, profile);
  }

  @Example
  void mapsOverAnArmedPage() {
    check(
        List.of(
            new Step(Step.Kind.MMAP, 0, 8),
            new Step(Step.Kind.REGISTER, 0, 8),
            new Step(Step.Kind.DRAIN, 0, 1),
            new Step(Step.Kind.STORE, 3, 1),
            new Step(Step.Kind.MMAP, 3, 1)),
        Profile.V7_3);
  }

  private static void check(List<Step> program, Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    TrackedProcess tracked = process.tracked();
    ChangeQueue queue =
        tracked.openChangeQueue(
            new ChangeQueueOptions(List.of(new PageRange(Window.BASE, Window.END)), 1 << 20));
    long[] expected = new long[Window.PAGES];
    for (Step step : program) {
      if (step.kind() == Step.Kind.DRAIN) {
        checkDrain(tracked, queue, expected);
      } else {
        expect(step, process, tracked, expected);
      }
    }
    checkDrain(tracked, queue, expected);
  }

  private static void expect(
      Step step, SimProcess process, TrackedProcess tracked, long[] expected) {
    long[] before = Window.categories(tracked);
    boolean[] mapped = Window.mapped(tracked);
    boolean done = step.run(process, tracked);
    long[] after = Window.categories(tracked);
    for (int i = 0; i < Window.PAGES; i++) {
      expected[i] |= (before[i] ^ after[i]) & ~armedBy(step, before[i] & ~after[i]);
      if (done && step.covers(i)) {
        expected[i] |= passing(step, before[i], after[i], mapped[i]);
      }
    }
  }

  /** SOFT_DIRTY and WRITTEN that fell because pages were armed: not a change. */
  private static long armedBy(Step step, long fallen) {
    return switch (step.kind()) {
      case CLEAR_REFS, TAKE_WRITTEN, ARM_SILENTLY -> fallen & ARMED;
      default -> 0;
    };
  }

  /** What changed and changed back within the step. */
  private static long passing(Step step, long before, long after, boolean mapped) {
    return switch (step.kind()) {
      case MUNMAP, MMAP, MMAP_READ_ONLY -> mapped ? before | after | Categories.GONE : 0;
      case UNREGISTER -> (before & Categories.WPALLOWED) != 0 ? Categories.WRITTEN : 0;
      default -> 0;
    };
  }

  private static void checkDrain(TrackedProcess tracked, ChangeQueue queue, long[] expected) {
    long[] before = Window.categories(tracked);
    long[] changed = new long[Window.PAGES];
    List<long[]> regions = new ArrayList<>();
    queue.drain(
        (start, end, regionChanged, now) -> {
          regions.add(new long[] {start, end, regionChanged, now});
          for (long vpn = start; vpn < end; vpn++) {
            changed[(int) (vpn - Window.BASE)] = regionChanged;
            assertThat(now).isEqualTo(before[(int) (vpn - Window.BASE)]);
          }
        });
    assertThat(names(changed)).isEqualTo(names(expected));
    assertCanonical(regions);
    long[] after = Window.categories(tracked);
    for (int i = 0; i < Window.PAGES; i++) {
      boolean taken = expected[i] != 0;
      assertThat(taken && (after[i] & ARMED) != 0).as("page %d left unarmed", i).isFalse();
      expected[i] = (before[i] ^ after[i]) & ~(before[i] & ~after[i] & ARMED);
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

  private static List<String> names(long[] masks) {
    return Arrays.stream(masks).mapToObj(Categories::toString).toList();
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return Step.programs();
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(
        Profile.V7_3,
        Profile.V7_3.with(Quirk.NO_SOFT_DIRTY),
        Profile.V7_3.with(Quirk.MERGE_FORGETS_SOFT_DIRTY));
  }
}
