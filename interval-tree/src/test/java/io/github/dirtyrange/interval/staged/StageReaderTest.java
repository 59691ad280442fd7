package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.RegionVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StageReaderTest {

  private final MaskPalette palette = new MaskPalette();
  private final StageReader reader = new StageReader(palette, new ChunkPlanes(palette));
  private final StageLog log = new StageLog(1000);

  StageReaderTest() {
    palette.codeOf(1);
    palette.codeOf(2);
  }

  @Test
  void replaysRangesInTheOrderTheyCame() {
    log.grow(8);
    log.addRange(Op.ADD_RANGE, 1, 0, 100);
    log.addRange(Op.ADD_RANGE, 2, 50, 100);
    log.addRange(Op.CLEAR_RANGE, 1, 60, 70);
    log.addRange(Op.REMOVE_RANGE, 0, 80, 90);
    log.addWord(1, 1, 1L << 17);
    assertThat(read())
        .containsExactly(
            new MaskedRange(0, 50, 1),
            new MaskedRange(50, 60, 3),
            new MaskedRange(60, 70, 2),
            new MaskedRange(70, 80, 3),
            new MaskedRange(81, 82, 1),
            new MaskedRange(90, 100, 3));
  }

  /** Words that were driven out of the cache come back, and the log may be just full. */
  @Test
  void readsAnyNumberOfWordsOfTwoMasks() {
    Random random = new Random(1);
    for (int size = 1; size <= 200; size++) {
      log.clear();
      log.grow(size);
      DenseTwin twin = new DenseTwin(0, 20 * 64);
      for (int i = 0; i < size; i++) {
        long vpn = random.nextInt(20 * 64);
        int code = 1 + random.nextInt(2);
        log.addPage(vpn, code);
        twin.add(vpn, vpn + 1, code);
      }
      assertThat(read()).isEqualTo(twin.regions());
    }
  }

  private List<MaskedRange> read() {
    List<MaskedRange> regions = new ArrayList<>();
    RegionVisitor visitor = (start, end, mask) -> regions.add(new MaskedRange(start, end, mask));
    reader.read(log, new RegionJoiner(visitor, Long.MAX_VALUE));
    return regions;
  }
}
