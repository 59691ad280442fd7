package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.queue.QueueBySource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes into a page that was looked up before it was armed: nothing tells of them, since nothing
 * looks at the page table. An I/O that is under way counts, and buffers that stay pinned.
 */
@Timeout(120)
class PinnedPagesTest {

  private static final int PAGES = 64;
  private static final long PAGE = PAGES - 1;
  private static final int ENOUGH_ATTEMPTS = 30;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir static Path folder;
  private static Path writers;

  private CTarget target;
  private long vpn;
  private QueueBySource queues;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    writers = CTarget.compile("writers", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(writers, PAGES);
    long firstVpn = Pages.vpn(target.longNumber());
    vpn = firstVpn + PAGE;
    queues = new QueueBySource(target.pid(), new PageRange(firstVpn, firstVpn + PAGES));
  }

  @AfterEach
  void end() {
    queues.close();
    target.close();
  }

  private void change(String way) throws IOException {
    assertThat(target.ask(way + " " + PAGE)).isEqualTo("done");
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
    assumeTrue(
        target.ask("direct " + PAGE).equals("done"),
        "the file system of this folder has no direct reads");
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
    target.tell(way + " " + PAGE);
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
