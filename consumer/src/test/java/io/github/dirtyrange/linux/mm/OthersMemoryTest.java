package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What a scan goes over around others' memory, held against a bit for each page. */
class OthersMemoryTest {

  private static final int PAGES = 40;

  @Provide
  Arbitrary<List<PageRange>> ranges() {
    return Combinators.combine(
            Arbitraries.longs().between(0, PAGES - 8), Arbitraries.longs().between(1, 8))
        .as((start, pages) -> new PageRange(start, start + pages))
        .list()
        .ofMaxSize(6);
  }

  @Property
  void aScanGoesOverAllTheRestAndNothingElse(
      @ForAll("ranges") List<PageRange> ranges,
      @ForAll @IntRange(max = PAGES) int from,
      @ForAll @IntRange(max = PAGES) int to) {
    OthersMemory others = OthersMemory.of(ranges);
    BitSet rest = new BitSet();
    rest.set(from, Math.max(from, to));
    ranges.forEach(range -> rest.clear((int) range.startVpn(), (int) range.endVpn()));
    BitSet walked = new BitSet();
    List<Long> starts = new ArrayList<>();
    long end = Pages.address(to);
    for (long at = others.skip(Pages.address(from)); at < end; ) {
      long next = others.nextBoundary(at, end);
      walked.set((int) Pages.vpn(at), (int) Pages.vpn(next));
      starts.add(at);
      at = others.skip(next);
    }
    assertThat(walked).isEqualTo(rest);
    assertThat(starts).doesNotHaveDuplicates();
    assertThat(others.isBetween(Pages.address(from), end))
        .isEqualTo(rest.cardinality() < Math.max(0, to - from));
  }
}
