package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.queue.QueueBySource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A process that has a page of its memory changed in every way that it knows, and its queues. */
abstract class QueueOnWriters {

  private static final long MOST_NANOS_TO_END = 1_000_000_000;

  @TempDir static Path folder;
  private static Path writers;

  private final int pages;
  CTarget target;

  /** Its last page, which is the one that changes. */
  long vpn;

  QueueBySource queues;

  QueueOnWriters(int pages) {
    this.pages = pages;
  }

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    writers = CTarget.compile("writers", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(writers, pages);
    long firstVpn = Pages.vpn(target.longNumber());
    vpn = firstVpn + page();
    queues = new QueueBySource(target.pid(), new PageRange(firstVpn, firstVpn + pages));
  }

  @AfterEach
  void end() {
    queues.close();
    target.close();
  }

  private int page() {
    return pages - 1;
  }

  /** Tells it to change its page, without waiting until it has. */
  void tell(String way) {
    target.tell(way + " " + page());
  }

  void change(String way) throws IOException {
    int before = threads();
    assertThat(target.ask(way + " " + page())).isEqualTo("done");
    long deadline = System.nanoTime() + MOST_NANOS_TO_END;
    while (threads() > before && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  /**
   * What an event of a thread counted is added to the target's when that thread is gone, which is
   * later than when others are told of its end (perf_event_exit_task comes after exit_mm).
   */
  private int threads() {
    String[] tasks = new File("/proc/" + target.pid() + "/task").list();
    return tasks == null ? 0 : tasks.length;
  }

  /** Changes the page by a direct read; skips the test where there is none. */
  void needDirectReads() throws IOException {
    assumeTrue(
        target.ask("direct " + page()).equals("done"),
        "the file system of this folder has no direct reads");
  }
}
