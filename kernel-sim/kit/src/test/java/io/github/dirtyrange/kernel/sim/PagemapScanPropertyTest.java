package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** PAGEMAP_SCAN against a scan told page by page, after random programs. */
class PagemapScanPropertyTest {

  private static final Window WINDOW = Window.SMALL;

  @Property(tries = 2_000)
  void agreesWithThePageByPageScan(
      @ForAll("programs") List<Step> program,
      @ForAll("requests") ScanRequest request,
      @ForAll @IntRange(max = 6) int capacity) {
    SimProcess process = new SimKernel(Profile.V7_3).spawn();
    TrackedProcess tracked = process.tracked();
    program.forEach(step -> step.run(WINDOW, process, tracked));
    NaiveScan naive =
        new NaiveScan(
            WINDOW.categories(tracked), WINDOW.mapped(tracked), holes(process), request, capacity);
    naive.run(page(request.startAddress()), page(request.endAddress()));

    PageRegionBuffer regions = new PageRegionBuffer(capacity);
    try {
      long walkEnd = tracked.scan(request, regions);
      assertThat(naive.refused).isFalse();
      assertThat(walkEnd).isEqualTo(Pages.address(naive.walkEndVpn));
    } catch (KernelException refused) {
      assertThat(refused.errno()).isEqualTo(Errno.EPERM);
      assertThat(naive.refused).isTrue();
    }
    assertThat(regions.toList()).isEqualTo(naive.regions);
    assertThat(WINDOW.categories(tracked)).isEqualTo(naive.after);
  }

  /** Which pages have no page table. */
  private static boolean[] holes(SimProcess process) {
    boolean[] holes = new boolean[WINDOW.pages()];
    for (int i = 0; i < holes.length; i++) {
      holes[i] = process.mm().pages().table(WINDOW.base() + i) == null;
    }
    return holes;
  }

  /** A mapping that lacks what is required of it is passed over, silent protection included. */
  @Example
  void aMappingThatCannotMatchIsNotProtectedSilently() {
    agreesWithThePageByPageScan(
        List.of(
            new Step(Step.Kind.MMAP, 0, 1),
            new Step(Step.Kind.STORE, 0, 1),
            new Step(Step.Kind.REGISTER, 0, 1)),
        new ScanRequest(
            ScanRequest.WP_MATCHING,
            Pages.address(WINDOW.base()),
            Pages.address(WINDOW.base() + 1),
            0,
            Categories.WPALLOWED,
            Categories.WPALLOWED,
            0,
            0),
        0);
  }

  private static int page(long address) {
    return (int) (Pages.count(address) - WINDOW.base());
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(Step.SIMPLE);
  }

  @Provide
  Arbitrary<ScanRequest> requests() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, WINDOW.pages()),
            Arbitraries.integers().between(0, WINDOW.pages()),
            Arbitraries.integers().between(0, WINDOW.pages()),
            masks(),
            masks(),
            masks(),
            masks())
        .as(
            (flags, from, to, maxPages, inverted, required, anyOf, returned) ->
                new ScanRequest(
                    flags,
                    Pages.address(WINDOW.base() + Math.min(from, to)),
                    Pages.address(WINDOW.base() + Math.max(from, to)),
                    maxPages,
                    inverted,
                    required,
                    anyOf,
                    returned));
  }

  private static Arbitrary<Long> masks() {
    Arbitrary<Long> usual =
        Arbitraries.of(0L, Categories.WRITTEN, Categories.PRESENT, Categories.SOFT_DIRTY);
    return Arbitraries.oneOf(usual, usual, Arbitraries.longs().between(0, Categories.ALL));
  }
}
