package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.nio.ByteBuffer;

/** A Jazzer target: bytes are a sequence of operations, done to every implementation alike. */
public final class OperationsFuzzer {

  private static final long[] MASKS = {1, 2, 3, 4, 1L << 63};
  private static final int BYTES_PER_STEP = 8;

  private OperationsFuzzer() {}

  /** Runs one sequence. */
  public static void fuzzerTestOneInput(byte[] input) {
    PageIntervalMap[] maps = {
      new TreeIntervalMap(),
      IntervalMaps.create(),
      new StagedIntervalMap(IntervalMapLawsTest.tiny(4)),
      new StagedIntervalMap(IntervalMapLawsTest.tiny(64)),
      IntervalMaps.bounded(1 << 20, Space.FREE_BIT)
    };
    ByteBuffer bytes = ByteBuffer.wrap(input);
    while (bytes.remaining() >= BYTES_PER_STEP) {
      Step step = step(bytes);
      for (PageIntervalMap map : maps) {
        step.applyTo(map);
      }
      if (step.kind() == Step.Kind.READ) {
        check(maps);
      }
    }
    check(maps);
  }

  private static Step step(ByteBuffer bytes) {
    Step.Kind[] kinds = Step.Kind.values();
    int choice = bytes.get() & 0xFF;
    Step.Kind kind = choice < 128 ? Step.Kind.ADD : kinds[choice % kinds.length];
    long mask = MASKS[(bytes.get() & 0xFF) % MASKS.length];
    long start = bytes.getShort() * 31L & 0x3_FFFF;
    long pages = 1 + (bytes.getShort() & 0xFFFF) / 128 * 127L;
    long target = (bytes.getShort() & 0xFFFF) * 3L;
    return new Step(kind, new MaskedRange(start, start + pages, mask), target);
  }

  private static void check(PageIntervalMap[] maps) {
    for (PageIntervalMap map : maps) {
      assertThat(Regions.of(map)).isEqualTo(Regions.of(maps[0]));
      assertThat(map.isEmpty()).isEqualTo(maps[0].isEmpty());
    }
  }
}
