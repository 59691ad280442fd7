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
  private final StageReader reader = new StageReader(palette);
  private final StageLog log = new StageLog();

  StageReaderTest() {
    palette.codeOf(1);
    palette.codeOf(2);
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
        log.addWord(WordCache.key(vpn >>> 6, code), 1L << vpn);
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
