package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Which calls are made for which mappings. */
class MappedPartsTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  private static Vma vma(long startVpn, long endVpn, boolean readable) {
    return new Vma(startVpn, endVpn, readable, readable, false, false, 0, 0, 0, "");
  }

  /** Mappings in ascending order, some of them touching, some longer than a slice. */
  @Provide
  Arbitrary<List<Vma>> mappings() {
    Arbitrary<Long> length = Arbitraries.longs().between(1, 3 * MappedParts.SLICE_PAGES);
    Arbitrary<Long> hole = Arbitraries.of(0L, 0L, 1L, 1L << 20);
    return Arbitraries.of(true, true, true, false)
        .flatMap(
            readable ->
                length.flatMap(
                    pages -> hole.map(free -> new long[] {free, pages, readable ? 1 : 0})))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(MappedPartsTest::laidOut);
  }

  private static List<Vma> laidOut(List<long[]> shapes) {
    List<Vma> mappings = new ArrayList<>();
    long at = 16;
    for (long[] shape : shapes) {
      at += shape[0];
      mappings.add(vma(at, at + shape[1], shape[2] == 1));
      at += shape[1];
    }
    return mappings;
  }

  private static long mappedPages(List<Part> parts, PageRange range) {
    return parts.stream()
        .mapToLong(
            part ->
                Math.max(
                    0,
                    Math.min(part.endVpn(), range.endVpn())
                        - Math.max(part.startVpn(), range.startVpn())))
        .sum();
  }

  @Property(tries = 500)
  void slicesCoverARunOnceAndNoneMapsMoreThanItMay(@ForAll("mappings") List<Vma> mappings) {
    List<Part> parts = MappedParts.of(mappings, ALL);
    List<PageRange> slices = MappedParts.slices(parts);
    long at = parts.get(0).startVpn();
    for (PageRange slice : slices) {
      assertThat(slice.startVpn()).isEqualTo(at);
      assertThat(mappedPages(parts, slice)).isBetween(1L, MappedParts.SLICE_PAGES);
      at = slice.endVpn();
    }
    assertThat(at).isEqualTo(parts.get(parts.size() - 1).endVpn());
  }

  @Property(tries = 500)
  void runsHoldWhatIsWantedInOrderAndNothingElseLiesBetween(
      @ForAll("mappings") List<Vma> mappings) {
    List<Part> parts = MappedParts.of(mappings, ALL);
    List<List<Part>> runs = MappedParts.runs(parts, part -> part.vma().readable());
    assertThat(runs.stream().flatMap(List::stream))
        .containsExactlyElementsOf(parts.stream().filter(part -> part.vma().readable()).toList());
    for (List<Part> run : runs) {
      int first = parts.indexOf(run.get(0));
      assertThat(parts.subList(first, first + run.size())).isEqualTo(run);
    }
  }

  @Example
  void aRunEndsWhereItsTrackedRangeDoes() {
    TrackedRanges ranges = ALL.without(List.of(new PageRange(30, 40)));
    List<Part> parts = MappedParts.of(List.of(vma(20, 50, true)), ranges);
    assertThat(MappedParts.runs(parts, part -> true)).hasSize(2);
    assertThat(MappedParts.cover(parts))
        .containsExactly(new PageRange(20, 30), new PageRange(40, 50));
  }

  @Example
  void whatTouchesIsCoveredAsOne() {
    List<Part> parts =
        MappedParts.of(List.of(vma(1, 3, true), vma(3, 5, false), vma(6, 7, true)), ALL);
    assertThat(MappedParts.cover(parts)).containsExactly(new PageRange(1, 5), new PageRange(6, 7));
  }
}
