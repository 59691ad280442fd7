package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.SampleSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Writes into a page that was looked up before it was armed: nothing tells of them, since nothing
 * looks at the page table. An I/O that is under way counts, and buffers that stay pinned.
 */
@Timeout(120)
@Tag("machine")
class PinnedPagesTest extends QueueOnWriters {

  private static final int ENOUGH_ATTEMPTS = 10;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  PinnedPagesTest() {
    super(64);
  }

  private static List<Long> drainExactly(ChangeQueue queue) {
    List<Long> told = new ArrayList<>();
    queue.drainExactly((start, end, changed, now) -> told.add(start));
    return told;
  }

  private byte[] content() throws IOException {
    byte[] content = new byte[Pages.SIZE];
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + target.pid() + "/mem", "r")) {
      memory.seek(Pages.address(vpn));
      memory.readFully(content);
    }
    return content;
  }

  @Test
  void whatIsReadIntoPinnedBufferIsNotSeen() throws IOException {
    change("pin");
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      drainExactly(queue);
      byte[] before = content();
      change("into-pinned");
      assertThat(drainExactly(queue)).isEmpty();
      assertThat(content()).isNotEqualTo(before);
      change("store");
      assertThat(drainExactly(queue)).containsExactly(vpn);
    }
  }

  @Test
  void aReadThroughThePageCacheIsToldWheneverThePageIsArmed() throws IOException {
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      for (int attempt = 0; attempt < ENOUGH_ATTEMPTS; attempt++) {
        assertThat(isToldWhileItReads(queue, "reads-until-told")).isTrue();
      }
    }
  }

  @Test
  void aDirectReadThatIsUnderWayWhileThePageIsArmedIsNotSeen() throws IOException {
    needDirectReads();
    long end = System.nanoTime() + PATIENCE_NANOS;
    boolean told = true;
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      while (told && System.nanoTime() < end) {
        told = isToldWhileItReads(queue, "direct-until-told");
      }
    }
    assumeTrue(!told, "no direct read was under way while a page was armed");
  }

  /**
   * Drains while a thread reads into the page, and copies it each time that it is told.
   *
   * @return whether the copy is right when the thread has ended
   */
  private boolean isToldWhileItReads(ChangeQueue queue, String way) throws IOException {
    drainExactly(queue);
    byte[] copy = content();
    change(way);
    tell(way);
    do {
      if (drainExactly(queue).contains(vpn)) {
        copy = content();
      }
    } while (!target.hasAnswered());
    assertThat(target.answer()).isEqualTo("done");
    if (drainExactly(queue).contains(vpn)) {
      copy = content();
    }
    return Arrays.equals(copy, content());
  }
}
