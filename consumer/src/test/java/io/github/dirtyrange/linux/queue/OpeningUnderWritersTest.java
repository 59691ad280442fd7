package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A thread writes while a queue is opened: no page may stay written that no sample tells of. */
class OpeningUnderWritersTest extends QueueOnTarget {

  /** So slow that the first drain goes by its samples, and does not scan everything. */
  private static final long PAUSE_NANOS = 500_000;

  @Test
  void aPageWrittenWhileTheQueueIsOpenedIsToldByItsDrains() throws IOException {
    for (int opening = 0; opening < 5; opening++) {
      target.order("busy", 1, PAGES, opening, PAUSE_NANOS);
      try (ChangeQueue queue =
          process.openChangeQueue(new ChangeQueueOptions(List.of(target.range()), ROOMY))) {
        target.order("calm");
        queue.drain((start, end, changed, now) -> {});
        List<PageRange> missed = new ArrayList<>();
        queue.drainExactly((start, end, changed, now) -> missed.add(new PageRange(start, end)));
        assertThat(missed).isEmpty();
      }
    }
  }
}
