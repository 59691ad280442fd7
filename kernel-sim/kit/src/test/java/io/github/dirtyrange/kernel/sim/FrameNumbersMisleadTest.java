package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Equal frame numbers in two reads of pagemap do not say that the memory is the same, and different
 * ones do not say that it is not: between the reads, pages are reclaimed and mapped elsewhere. The
 * kernel's own numbers for memory are right both ways.
 */
class FrameNumbersMisleadTest {

  private static final int PAGES = 4;
  private static final long P = Pages.SIZE;

  private enum What {
    STORE,
    LOAD,
    RECLAIM,
    DISCARD,
    MIGRATE
  }

  /** Something that one of two processes does to one of the pages. */
  private record Step(What what, int process, int page) {}

  /** A parent and its child, and what memory each page really is: a number new at every copy. */
  private static final class Pair {
    final SimKernel kernel = SimKernel.newest();
    final List<SimProcess> processes = new ArrayList<>();
    final long[][] truth = new long[2][PAGES];
    final long area;
    long last;

    Pair() {
      SimProcess parent = kernel.spawn();
      area = parent.mmap(PAGES * P);
      for (int page = 0; page < PAGES; page++) {
        parent.store(area + page * P, page);
        truth[0][page] = ++last;
      }
      processes.add(parent);
      processes.add(parent.fork());
      truth[1] = truth[0].clone();
    }

    void take(Step step) {
      SimProcess process = processes.get(step.process);
      long address = area + step.page * P;
      switch (step.what) {
        case STORE -> store(step, process, address);
        case LOAD -> process.load(address);
        case RECLAIM -> kernel.reclaim(new MappedPage(process, Pages.vpn(address)));
        case DISCARD -> {
          process.madvise(address, P, Advice.DONTNEED);
          truth[step.process][step.page] = 0;
        }
        case MIGRATE -> {
          if (truth[step.process][step.page] != 0) {
            process.softOffline(address);
          }
        }
      }
    }

    /** A page that both have is copied; one that is a process's own, or nobody's, is not. */
    private void store(Step step, SimProcess process, long address) {
      long mine = truth[step.process][step.page];
      boolean shared = mine == truth[1 - step.process][step.page];
      if (mine == 0 || shared) {
        truth[step.process][step.page] = ++last;
      }
      process.store(address, last);
    }

    long frame(int process, int page) {
      long[] entry = new long[1];
      processes.get(process).tracked().readPagemap(Pages.vpn(area) + page, 1, entry);
      boolean present = (entry[0] & PagemapEntry.PRESENT) != 0;
      return present ? PagemapEntry.pfn(entry[0]) : 0;
    }

    long id(int process, int page) {
      long[] id = new long[1];
      processes.get(process).tracked().readMemoryIds(Pages.vpn(area) + page, 1, id);
      return id[0];
    }
  }

  @Property
  boolean memoryIdsAreRightAtAnyTwoTimes(
      @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> between) {
    Pair pair = new Pair();
    before.forEach(pair::take);
    long[][] firstIds = ids(pair);
    long[][] firstTruth = {pair.truth[0].clone(), pair.truth[1].clone()};
    between.forEach(pair::take);
    boolean right = true;
    for (int page = 0; page < PAGES; page++) {
      for (int other = 0; other < PAGES; other++) {
        long then = firstTruth[0][page];
        long now = pair.truth[1][other];
        boolean same = then != 0 && then == now;
        boolean said = firstIds[0][page] != 0 && firstIds[0][page] == pair.id(1, other);
        right &= same == said;
      }
    }
    return right;
  }

  private static long[][] ids(Pair pair) {
    long[][] ids = new long[2][PAGES];
    for (int process = 0; process < 2; process++) {
      for (int page = 0; page < PAGES; page++) {
        ids[process][page] = pair.id(process, page);
      }
    }
    return ids;
  }

  /** The frame of a page that was given back is the next page's. */
  @Test
  void equalFrameNumbersMayBeDifferentMemory() {
    Pair pair = new Pair();
    pair.take(new Step(What.STORE, 0, 0));
    long first = pair.frame(0, 0);
    pair.take(new Step(What.DISCARD, 0, 0));
    pair.take(new Step(What.STORE, 1, 1));
    long second = pair.frame(1, 1);

    assertThat(second).isEqualTo(first);
    assertThat(pair.truth[1][1]).isNotEqualTo(pair.truth[0][0]);
  }

  /** Shared ever since the fork; in between it was in swap. */
  @Test
  void differentFrameNumbersMayBeTheSameMemory() {
    Pair pair = new Pair();
    long first = pair.frame(0, 0);
    pair.take(new Step(What.RECLAIM, 0, 0));
    pair.take(new Step(What.STORE, 0, 1));
    pair.take(new Step(What.LOAD, 1, 0));
    long second = pair.frame(1, 0);

    assertThat(second).isNotEqualTo(first).isNotZero();
    assertThat(pair.truth[1][0]).isEqualTo(pair.truth[0][0]);
  }

  /** Random programs show both within a few hundred tries. */
  @Test
  void randomProgramsShowThatFrameNumbersAreWrongBothWays() {
    int equalButDifferent = 0;
    int differentButEqual = 0;
    for (List<Step> steps : steps().sampleStream().limit(600).toList()) {
      Pair pair = new Pair();
      int half = steps.size() / 2;
      steps.subList(0, half).forEach(pair::take);
      long frame = pair.frame(0, 0);
      long memory = pair.truth[0][0];
      steps.subList(half, steps.size()).forEach(pair::take);
      for (int page = 0; page < PAGES && frame != 0; page++) {
        long other = pair.frame(1, page);
        boolean same = memory != 0 && memory == pair.truth[1][page];
        equalButDifferent += other == frame && !same ? 1 : 0;
        differentButEqual += other != 0 && other != frame && same ? 1 : 0;
      }
    }

    assertThat(equalButDifferent).isPositive();
    assertThat(differentButEqual).isPositive();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(What.class),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, PAGES - 1))
        .as(Step::new)
        .list()
        .ofMinSize(6)
        .ofMaxSize(24);
  }
}
