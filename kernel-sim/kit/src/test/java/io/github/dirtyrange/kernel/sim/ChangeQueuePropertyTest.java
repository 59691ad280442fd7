package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
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

  /**
   * What does not set and clear a category of one page in a single step, nor move some of the
   * mappings of a range and then refuse.
   */
  private static final Profile PLAIN =
      Profile.V7_3.without(Quirk.SPLIT_SPREADS_DIRTY).with(Quirk.MREMAP_MOVES_ONE_MAPPING);

  @Property(tries = 2_000)
  void drainsSayWhatChangedPageByPage(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    new QueueCheck(Window.SMALL, profile).run(program);
  }

  @Property(tries = 200)
  void drainsSayWhatChangedOfHugePages(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    List<Step> whole = new ArrayList<>();
    whole.add(new Step(Kind.MMAP, 0, Window.SLOTS));
    whole.add(new Step(Kind.HUGEPAGE, 0, Window.SLOTS));
    whole.addAll(program);
    new QueueCheck(Window.LARGE, profile).run(whole);
  }

  @Example
  void splitsAndCollapses() {
    new QueueCheck(Window.LARGE, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 0, Window.SLOTS),
                new Step(Kind.HUGEPAGE, 0, Window.SLOTS),
                new Step(Kind.STORE, 12, 1),
                new Step(Kind.LOAD, 20, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.DONTNEED, 12, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.COLLAPSE, 12, 8)));
  }

  @Example
  void mapsOverAnArmedPage() {
    new QueueCheck(Window.SMALL, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 0, 8),
                new Step(Kind.REGISTER, 0, 8),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.STORE, 3, 1),
                new Step(Kind.MMAP, 3, 1)));
  }

  @Example
  void aMovedPageKeepsItsPendingChange() {
    new QueueCheck(Window.SMALL, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 0, 8),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.STORE, 0, 1),
                new Step(Kind.DONTNEED, 0, 1),
                new Step(Kind.MREMAP, 0, 2)));
  }

  @Example
  void partsOfAHugePageSayThatItWasHuge() {
    new QueueCheck(Window.LARGE, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 20, 8),
                new Step(Kind.MMAP, 20, 1),
                new Step(Kind.HUGEPAGE, 20, 8),
                new Step(Kind.REGISTER, 20, 8),
                new Step(Kind.POPULATE_WRITE, 20, 1)));
  }

  @Example
  void theSplitOfAHugePageMovesWithItsPages() {
    new QueueCheck(Window.LARGE, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 28, 8),
                new Step(Kind.HUGEPAGE, 28, 8),
                new Step(Kind.POPULATE_WRITE, 28, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.MREMAP, 28, 8)));
  }

  @Example
  void softDirtyPassesOverAMappingThatMergesTwiceInOneCall() {
    new QueueCheck(Window.SMALL, PLAIN.with(Quirk.MERGE_FORGETS_SOFT_DIRTY))
        .run(
            List.of(
                new Step(Kind.MMAP, 0, 3),
                new Step(Kind.REGISTER, 0, 2),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.MMAP, 0, 1),
                new Step(Kind.REGISTER, 0, 3)));
    new QueueCheck(Window.SMALL, PLAIN.with(Quirk.MERGE_FORGETS_SOFT_DIRTY))
        .run(
            List.of(
                new Step(Kind.MMAP_READ_ONLY, 5, 3),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.MMAP, 6, 1),
                new Step(Kind.MPROTECT_NONE, 5, 3)));
  }

  @Example
  void anUntouchedMappingMergesWithItsOwnCopyBeforeItGoes() {
    new QueueCheck(Window.SMALL, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 2, 3),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.MMAP, 0, 1),
                new Step(Kind.MREMAP, 4, 1)));
  }

  @Example
  void aCopyIsRegisteredForAMoment() {
    new QueueCheck(Window.SMALL, PLAIN.with(Quirk.MREMAP_UNREGISTERS_NEIGHBOURS))
        .run(
            List.of(
                new Step(Kind.MMAP, 14, 1),
                new Step(Kind.REGISTER, 14, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.MREMAP_DONTUNMAP, 14, 1)));
  }

  @Example
  void aGuardKeepsItsProtectionFromRegistrationToRegistration() {
    new QueueCheck(Window.SMALL, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 0, 1),
                new Step(Kind.REGISTER, 0, 1),
                new Step(Kind.GUARD_INSTALL, 0, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.UNREGISTER, 0, 1),
                new Step(Kind.DRAIN, 0, 1),
                new Step(Kind.REGISTER, 0, 1)));
  }

  @Example
  void aHugePageIsMadeAndSplitByTakingOnePartOffline() {
    new QueueCheck(Window.LARGE, PLAIN)
        .run(
            List.of(
                new Step(Kind.MMAP, 0, Window.SLOTS),
                new Step(Kind.HUGEPAGE, 0, Window.SLOTS),
                new Step(Kind.SOFT_OFFLINE, 4, 1)));
  }

  @Example
  void aHugePageOfAMomentMovesWithItsPages() {
    new QueueCheck(Window.LARGE, PLAIN.with(Quirk.NO_ZERO_PAGE))
        .run(
            List.of(
                new Step(Kind.MMAP, 0, Window.SLOTS),
                new Step(Kind.HUGEPAGE, 0, Window.SLOTS),
                new Step(Kind.SOFT_OFFLINE, 4, 1),
                new Step(Kind.MREMAP_DONTUNMAP, 2, 3)));
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(Step.SHOWN_BY_SCANS);
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(
        PLAIN,
        PLAIN.with(Quirk.NO_SOFT_DIRTY),
        PLAIN.with(Quirk.MERGE_FORGETS_SOFT_DIRTY),
        PLAIN.with(Quirk.MERGE_REFUSES_UNTOUCHED_TARGET),
        PLAIN.with(Quirk.MREMAP_DOES_NOT_REALIGN),
        PLAIN.with(Quirk.MREMAP_UNREGISTERS_NEIGHBOURS),
        PLAIN.with(Quirk.HUGE_ZERO_PAGE_SPLITS_ON_WRITE),
        PLAIN.with(Quirk.NO_ZERO_PAGE),
        PLAIN.with(Quirk.RECORD_AT_ENTRY),
        PLAIN.with(Quirk.RECORD_AFTER_UNLOCK));
  }
}
