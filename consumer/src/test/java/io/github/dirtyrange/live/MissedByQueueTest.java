package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.live.result.MissedCause;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which pages count as missed, and which were only written after the look at all pages. */
class MissedByQueueTest {

  private static final long FIRST = 1L << 30;
  private static final int COUNT = 4;

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private final SimProcess target = kernel.spawn();
  private final TrackedRanges ranges = TrackedRanges.of(new PageRange(FIRST, FIRST + COUNT));
  private final TrackedProcess process = armed();
  private final MissedByQueue missed = new MissedByQueue(process, ranges);

  private TrackedProcess armed() {
    target.mmap(
        Pages.address(FIRST),
        (long) COUNT * Pages.SIZE,
        Prot.READ | Prot.WRITE,
        Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    target.storeRange(Pages.address(FIRST), (long) COUNT * Pages.SIZE, 1);
    TrackedProcess opened = kernel.open(target.pid());
    opened.arm(ranges);
    return opened;
  }

  @AfterEach
  void close() {
    process.close();
  }

  private void write(int page) {
    target.store(Pages.address(FIRST + page), 2);
  }

  private void empty(int page) {
    target.madvise(Pages.address(FIRST + page), Pages.SIZE, Madvise.Advice.DONTNEED);
  }

  private static ChangedPages pages(int... indexes) {
    ChangedPages pages = new ChangedPages();
    for (int index : indexes) {
      pages.add(FIRST + index, FIRST + index + 1);
    }
    return pages;
  }

  private Map<MissedCause, Long> judged(ChangedPages exact) {
    missed.lookForEmptied();
    return missed.judge(exact).pages();
  }

  @Test
  void aPageWrittenBeforeTheLookAndToldByTheExactDrainAlone() {
    write(1);
    missed.note(List.of());
    assertThat(missed.isSettled()).isFalse();
    assertThat(judged(pages(1))).isEqualTo(Map.of(MissedCause.UNSAMPLED, 1L));
  }

  @Test
  void notOneThatADrainTold() {
    write(1);
    missed.note(List.of());
    missed.told(pages(1));
    assertThat(missed.isSettled()).isTrue();
    assertThat(judged(pages())).isEmpty();
  }

  @Test
  void notOneWrittenAfterTheLook() {
    missed.note(List.of());
    write(1);
    assertThat(judged(pages(1))).isEmpty();
  }

  @Test
  void aPageEmptiedBeforeTheLook() {
    empty(2);
    missed.note(List.of());
    assertThat(missed.isSettled()).as("nothing that samples may still tell").isTrue();
    assertThat(judged(pages(2))).isEqualTo(Map.of(MissedCause.EMPTIED, 1L));
  }

  @Test
  void aPageWrittenBeforeTheLookAndEmptiedAfterIt() {
    write(2);
    missed.note(List.of());
    empty(2);
    assertThat(judged(pages(2))).isEqualTo(Map.of(MissedCause.EMPTIED, 1L));
  }

  /** So does the rest of a heap that grows: it reads as written before anybody has touched it. */
  @Test
  void notAnEmptyPageThatIsWrittenAfterTheLook() {
    empty(2);
    missed.note(List.of());
    write(2);
    assertThat(judged(pages(2))).isEmpty();
  }
}
