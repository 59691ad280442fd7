package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What maps say about their memory, beside what the heap says (compressed references). */
class MemoryBytesTest {

  private static final Offset<Long> SMALL_CHANGE = within(256L);

  static {
    System.setProperty("jol.magicFieldOffset", "true"); // or it cannot look into lambdas
    System.setProperty("jol.skipDynamicAttach", "true");
  }

  @Test
  void treeSaysWhatItOccupies() {
    agreesWithTheHeap(new TreeIntervalMap());
  }

  @Test
  void createdMapSaysWhatItOccupies() {
    agreesWithTheHeap(IntervalMaps.create());
  }

  @Test
  void stageOf64SaysWhatItOccupies() {
    agreesWithTheHeap(new StagedIntervalMap(IntervalMapLawsTest.tiny(64)));
  }

  @Test
  void smallBoundedMapSaysWhatItOccupies() {
    agreesWithTheHeap(IntervalMaps.bounded(2048, Space.FREE_BIT));
  }

  @Test
  void largeBoundedMapSaysWhatItOccupies() {
    agreesWithTheHeap(IntervalMaps.bounded(1 << 17, Space.FREE_BIT));
  }

  private static void agreesWithTheHeap(PageIntervalMap map) {
    Random random = new Random(1);
    check("empty", map);
    map.add(5, 1);
    check("one page", map);
    for (int mask = 1; mask <= 100; mask++) {
      map.add(5, mask);
    }
    map.drain((start, end, mask) -> {});
    check("many masks on one page", map);
    addPages(map, random, 1000, 1L << 28, 1);
    check("1,000 pages", map);
    addPages(map, random, 1000, 1L << 28, 100);
    check("100 masks", map);
    map.get(7);
    check("after a reading", map);
    addPages(map, random, 100_000, 1L << 22, 2);
    check("100,000 pages", map);
    map.add(0, 1L << 40, 16);
    check("a long range", map);
    map.get(7);
    check("after a reading of that", map);
    map.drain((start, end, mask) -> {});
    check("drained", map);
    map.clear();
    check("cleared", map);
  }

  private static void addPages(
      PageIntervalMap map, Random random, int count, long pages, int masks) {
    for (int i = 0; i < count; i++) {
      map.add(random.nextLong(pages), 1 + i % masks);
    }
  }

  private static void check(String state, PageIntervalMap map) {
    assertThat(map.memoryBytes())
        .as(state)
        .isCloseTo(GraphLayout.parseInstance(map).totalSize(), SMALL_CHANGE);
  }
}
