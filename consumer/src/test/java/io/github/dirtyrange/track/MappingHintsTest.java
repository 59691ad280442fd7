package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.PageRange;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MappingHintsTest {

  @Property
  void everyMappingIsHintedAtItsBordersInEachRangeAndANewOneWhole(
      @ForAll("disjoint") List<PageRange> ranges,
      @ForAll("disjoint") List<PageRange> before,
      @ForAll("disjoint") List<PageRange> after) {
    FaultingProcess process = new FaultingProcess(before.toArray(PageRange[]::new));
    MappingHints hints = new MappingHints(process, ranges);
    hints.learn();
    process.mapInstead(after.toArray(PageRange[]::new));

    PageIntervalMap map = IntervalMaps.create();
    hints.addTo(map);

    BitSet hinted = new BitSet();
    map.drain((start, end, mask) -> hinted.set((int) start, (int) end));
    assertThat(hinted).isEqualTo(expected(ranges, before, after));
  }

  private static BitSet expected(
      List<PageRange> ranges, List<PageRange> before, List<PageRange> after) {
    BitSet pages = new BitSet();
    for (PageRange mapping : after) {
      for (PageRange range : ranges) {
        int start = (int) Math.max(mapping.startVpn(), range.startVpn());
        int end = (int) Math.min(mapping.endVpn(), range.endVpn());
        if (start < end && before.contains(mapping)) {
          pages.set(start);
          pages.set(end - 1);
        } else if (start < end) {
          pages.set(start, end);
        }
      }
    }
    return pages;
  }

  @Provide
  Arbitrary<List<PageRange>> disjoint() {
    return Arbitraries.integers()
        .between(1, 120)
        .set()
        .ofMaxSize(16)
        .map(
            bounds -> {
              List<Integer> sorted = bounds.stream().sorted().toList();
              List<PageRange> ranges = new ArrayList<>();
              for (int i = 0; i + 1 < sorted.size(); i += 1 + sorted.get(i) % 2) {
                ranges.add(new PageRange(sorted.get(i), sorted.get(i + 1)));
              }
              return ranges;
            });
  }

  /** One range a mapping: what looks at each pair of them would take 4,000,000 looks. */
  @Test
  void looksAtEachMappingAndEachRangeAFewTimes() {
    int mappings = 2_000;
    List<PageRange> ranges =
        IntStream.range(0, mappings).mapToObj(i -> new PageRange(4L * i, 4L * i + 2)).toList();
    CountingList counted = new CountingList(ranges);
    MappingHints hints =
        new MappingHints(new FaultingProcess(ranges.toArray(PageRange[]::new)), counted);
    hints.learn();
    hints.addTo(IntervalMaps.create());
    assertThat(counted.looks).isLessThan(10L * mappings);
  }

  private static final class CountingList extends AbstractList<PageRange> {

    private final List<PageRange> all;
    private long looks;

    CountingList(List<PageRange> all) {
      this.all = all;
    }

    @Override
    public PageRange get(int index) {
      looks++;
      return all.get(index);
    }

    @Override
    public int size() {
      return all.size();
    }
  }
}
