package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

/** A round that fails half-way has armed pages of which the kernel will not tell again. */
class FailedRoundTest {

  private static final int PAGES = 40;

  @Provide
  Arbitrary<Strategy> strategies() {
    return Arbitraries.of(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.QUEUE);
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V7_3, Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));
  }

  /** Law: what was written before a round that failed is in the next one that does not. */
  @Property
  void whatAFailedRoundFoundIsInTheNextOne(
      @ForAll("strategies") Strategy strategy,
      @ForAll("profiles") Profile profile,
      @ForAll @Size(min = 1, max = 6)
          List<@Size(max = 6) @UniqueElements List<@IntRange(max = PAGES - 1) Integer>> rounds,
      @ForAll @Size(min = 6, max = 6) List<@IntRange(max = 9) Integer> failures) {
    SimKernel kernel = new SimKernel(profile);
    SimProcess target = kernel.spawn();
    long bytes = (long) PAGES * Pages.SIZE;
    long address = target.mmap(bytes);
    target.storeRange(address, bytes, 1);
    long vpn = Pages.vpn(address);
    target.registerWriteProtect(vpn, vpn + PAGES);
    List<PageRange> ranges = ranges(vpn);
    ChangedPages changed = new ChangedPages();
    BitSet written = new BitSet();
    try (FailingCalls process = new FailingCalls(target.tracked());
        ChangeTracker tracker =
            strategy.open(
                kernel, process, new ChangeQueueOptions(TrackedRanges.of(ranges), 1 << 20))) {
      tracker.start();
      for (int round = 0; round < rounds.size(); round++) {
        for (int page : rounds.get(round)) {
          target.store(address + Pages.address(page), round + 2);
          written.set(page);
        }
        process.failAfter(failures.get(round));
        if (collects(tracker, changed)) {
          assertThat(found(changed, vpn)).isEqualTo(tracked(written));
          written.clear();
        }
        process.failAfter(Integer.MAX_VALUE);
      }
      tracker.collect(changed);
      assertThat(found(changed, vpn)).isEqualTo(tracked(written));
    }
  }

  /** Ranges of four pages with a hole of four after each: several calls a round. */
  private static List<PageRange> ranges(long vpn) {
    List<PageRange> ranges = new ArrayList<>();
    for (long at = 0; at < PAGES; at += 8) {
      ranges.add(new PageRange(vpn + at, vpn + at + 4));
    }
    return ranges;
  }

  private static BitSet tracked(BitSet written) {
    BitSet tracked = new BitSet();
    written.stream().filter(page -> page % 8 < 4).forEach(tracked::set);
    return tracked;
  }

  private static boolean collects(ChangeTracker tracker, ChangedPages changed) {
    try {
      tracker.collect(changed);
      return true;
    } catch (KernelException e) {
      assertThat(e.errno()).isEqualTo(Errno.EINTR);
      return false;
    }
  }

  private static BitSet found(ChangedPages changed, long vpn) {
    BitSet found = new BitSet();
    for (int i = 0; i < changed.ranges(); i++) {
      found.set((int) (changed.startVpn(i) - vpn), (int) (changed.endVpn(i) - vpn));
    }
    return found;
  }
}
