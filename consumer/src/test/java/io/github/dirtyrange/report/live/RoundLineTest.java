package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.MissedCause;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RoundLineTest {

  private static LiveRound round(long pages, long nanos, long round) {
    return new LiveRound(
        round,
        12_000_000_000L,
        pages,
        31,
        4_096,
        RoundMethod.QUEUE,
        nanos,
        0,
        500_000,
        new MissedPages(Map.of(MissedCause.UNSAMPLED, 2L)),
        new ChangedRegions(),
        List.of(new MappingShare("/usr/lib/libc.so.6", pages)),
        List.of(new ThreadShare(7, "redis-server", pages)),
        CauseCounts.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void saysHowMuchChangedWhereAndWhatItCost() {
    assertThat(RoundLine.of(round(1_234, 1_240_000, 12), 1_000_000_000L, ""))
        .isEqualTo(
            "   12    12s    1,234  4.8MiB     31  4.8MiB/s  q 1.2ms   0ns  missed 2, libc.s~");
  }

  @Property(tries = 300)
  void neverTakesMoreThanEightyColumns(
      @ForAll @LongRange(min = 0, max = 1L << 32) long pages,
      @ForAll @LongRange(min = 0, max = 100_000_000_000L) long nanos,
      @ForAll @LongRange(min = 1, max = 99_999) long round) {
    assertThat(RoundLine.of(round(pages, nanos, round), 1_000_000_000L, "1234567 "))
        .hasSizeLessThanOrEqualTo(RoundLine.COLUMNS);
  }
}
