package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.track.Strategy;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever a process does, the strategies that are complete are right by both truths: what the
 * judge counts against them would be its own mistake.
 */
class LiveComparisonPropertyTest {

  private static final long P = Pages.SIZE;
  private static final long AT = 1L << 32;
  private static final int SLOTS = 64;
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  /** An operation on some pages. */
  enum Kind {
    STORE,
    STORE_SAME,
    LOAD,
    FROM_OUTSIDE,
    DROP,
    PAGE_OUT,
    MAP_OVER,
    UNMAP,
    MOVE,
    GROW,
    PROTECT,
    FORK
  }

  record Operation(Kind kind, int page, int pages) {}

  @Provide
  Arbitrary<List<Operation>> operations() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, SLOTS - 8),
            Arbitraries.integers().between(1, 8))
        .as(Operation::new)
        .list()
        .ofMinSize(4)
        .ofMaxSize(40);
  }

  @Property(tries = 150)
  void nothingIsMissedAndNothingTooMuch(
      @ForAll("operations") List<Operation> operations, @ForAll("profiles") Profile profile) {
    SimKernel kernel = new SimKernel(profile);
    SimProcess target = kernel.spawn();
    target.mmap(AT, SLOTS * P, RW, FIXED);
    target.storeRange(AT, 16 * P, 1);
    Iterator<Operation> left = operations.iterator();
    int turns = 9;
    int perTurn = operations.size() / turns + 1;
    LivePlan plan =
        new LivePlan(
            target.pid(),
            "random",
            turns / 3,
            0,
            List.of(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.QUEUE),
            1 << 20,
            Long.MAX_VALUE,
            false);
    LiveComparison.Waiting meanwhile =
        nanos -> {
          for (int i = 0; i < perTurn && left.hasNext(); i++) {
            play(left.next(), target);
          }
          return false;
        };
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      for (LiveStrategyResult each :
          comparison.run((round, rounds) -> {}, meanwhile).strategies()) {
        assertThat(unforgiven(each)).as("%s: %s", each.work().name(), each).isEmpty();
        assertThat(each.work().extra()).as("%s: %s", each.work().name(), each).isZero();
      }
    }
  }

  /** Soft-dirty alone says nothing of what is given back. */
  private static Set<MissCause> unforgiven(LiveStrategyResult result) {
    Set<MissCause> causes = EnumSet.noneOf(MissCause.class);
    causes.addAll(result.causes().keySet());
    if (result.work().strategy() == Strategy.PAGEMAP) {
      causes.remove(MissCause.EMPTIED);
    }
    return causes;
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(
        Profile.V6_12,
        Profile.V6_18.with(Quirk.NO_SOFT_DIRTY),
        Profile.V7_3,
        Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));
  }

  private static long stamp = 100;

  private static void play(Operation operation, SimProcess target) {
    long at = AT + operation.page * P;
    long bytes = operation.pages * P;
    try {
      switch (operation.kind) {
        case STORE -> target.storeRange(at, bytes, ++stamp);
        case STORE_SAME -> target.storeRange(at, bytes, 1);
        case LOAD -> target.load(at);
        case FROM_OUTSIDE -> target.writeFromOutside(at, ++stamp);
        case DROP -> target.madvise(at, bytes, Madvise.Advice.DONTNEED);
        case PAGE_OUT -> target.madvise(at, bytes, Madvise.Advice.PAGEOUT);
        case MAP_OVER -> target.mmap(at, bytes, RW, FIXED);
        case UNMAP -> target.munmap(at, bytes);
        case MOVE -> target.mremap(at, bytes, bytes, Mremap.MAYMOVE | Mremap.FIXED, AT + 70 * P);
        case GROW -> target.mremap(at, bytes, bytes + 2 * P, Mremap.MAYMOVE, 0);
        case PROTECT -> target.mprotect(at, bytes, Prot.READ);
        case FORK -> target.fork().exit();
      }
    } catch (KernelException refused) {
      // What is not mapped, or may not be written, is left as it is.
    }
  }
}
