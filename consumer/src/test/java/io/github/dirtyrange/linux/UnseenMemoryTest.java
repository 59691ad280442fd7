package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory that a tracker does not see, from the start or from some moment on: it says so (L11). */
@Timeout(120)
class UnseenMemoryTest {

  private static final int PAGES = 64;
  private static final String NEVER = "not registered for asynchronous write-protection when";
  private static final String LOST = "mapped, moved, or no longer registered since";

  @TempDir static Path folder;
  private static Path shifting;

  private CTarget target;
  private TrackedProcess process;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    shifting = CTarget.compile("shifting", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(shifting, PAGES);
    firstVpn = Pages.vpn(target.longNumber());
    process = LinuxKernel.open().open(target.pid());
  }

  @AfterEach
  void end() {
    process.close();
    target.close();
  }

  private void tell(String line) throws IOException {
    assertThat(target.ask(line)).isEqualTo("done");
  }

  private ChangeQueue openQueue() {
    return process.openChangeQueue(
        new ChangeQueueOptions(TrackedRanges.of(pages(0, PAGES)), 1 << 20));
  }

  private PageRange pages(long from, long end) {
    return new PageRange(firstVpn + from, firstVpn + end);
  }

  private PageIntervalMap drainExactly(ChangeQueue queue) {
    PageIntervalMap told = IntervalMaps.create();
    queue.drainExactly((start, end, changed, now) -> add(told, start, end, changed, now));
    return told;
  }

  private PageIntervalMap drain(ChangeQueue queue) {
    PageIntervalMap told = IntervalMaps.create();
    queue.drain((start, end, changed, now) -> add(told, start, end, changed, now));
    return told;
  }

  /** A coarse region says nothing of what holds now. */
  private static void add(PageIntervalMap told, long start, long end, long changed, long now) {
    boolean coarse = (changed & Categories.COARSE) != 0;
    assertThat(now).isEqualTo(coarse ? 0 : Categories.WRITTEN);
    told.add(start, end, changed);
  }

  private void assertTold(PageIntervalMap told, long from, long end) {
    told.forEachGap(
        firstVpn + from,
        firstVpn + end,
        (start, gapEnd) -> {
          throw new AssertionError(
              "not told: " + (start - firstVpn) + " to " + (gapEnd - firstVpn));
        });
  }

  private List<PageRange> unseen(ChangeQueue queue, String reason) {
    List<PageRange> ranges = new ArrayList<>();
    for (Unseen part : queue.unseen()) {
      assertThat(part.reason()).startsWith(reason);
      ranges.add(new PageRange(part.startVpn(), part.endVpn()));
    }
    return ranges;
  }

  @Test
  void nothingIsUnseenWhereAllIsRegistered() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      assertThat(queue.unseen()).isEmpty();
      tell("w 3 1");
      assertThat(drainExactly(queue).pageCount()).isOne();
      assertThat(drainExactly(queue).isEmpty()).isTrue();
    }
  }

  @Test
  void memoryThatWasNeverRegisteredIsListed() throws IOException {
    tell("r 0 32");
    try (ChangeQueue queue = openQueue()) {
      tell("w 40 1");
      assertThat(drainExactly(queue).isEmpty()).isTrue();
      assertThat(unseen(queue, NEVER)).containsExactly(pages(32, 64));
    }
  }

  @Test
  void memoryThatIsRegisteredWithoutAsynchronousProtectionIsListed() throws IOException {
    tell("r 0 32");
    tell("q 48 16");
    try (ChangeQueue queue = openQueue()) {
      assertThat(unseen(queue, NEVER)).containsExactly(pages(32, 64));
    }
  }

  private void assertLost(ChangeQueue queue, long from, long end) throws IOException {
    assertTold(drainExactly(queue), from, end);
    assertThat(unseen(queue, LOST)).containsExactly(pages(from, end));
    tell("w " + from + " 1");
    PageIntervalMap again = drainExactly(queue);
    assertTold(again, from, end);
    assertThat(again.get(firstVpn + from)).isEqualTo(Categories.WRITTEN | Categories.COARSE);
    assertThat(again.pageCount()).isEqualTo(end - from);
  }

  @Test
  void memoryThatIsMappedOverIsToldAndListed() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      tell("f 8 4");
      assertLost(queue, 8, 12);
    }
  }

  @Test
  void memoryThatIsMappedOverAndLeftUntouchedIsToldAndListed() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      tell("z 8 4");
      assertLost(queue, 8, 12);
    }
  }

  @Test
  void memoryThatIsMovedAwayAndBackIsToldAndListed() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      tell("m 16 4");
      assertLost(queue, 16, 20);
    }
  }

  /** A neighbour that is moved beside it may take a mapping's registration away. */
  @Test
  void memoryThatANeighbourIsMovedBesideIsStillTold() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      drainExactly(queue);
      tell("n 40 4");
      tell("w 20 1");
      PageIntervalMap told = drainExactly(queue);
      assertTold(told, 36, 40);
      assertTold(told, 20, 21);
    }
  }

  @Test
  void memoryThatTheKernelMayDropIsToldAndListed() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      assumeTrue(target.ask("p 50 2").equals("done"), "there is no MAP_DROPPABLE");
      assertLost(queue, 50, 52);
    }
  }

  @Test
  void aQueueWhoseUserfaultfdIsClosedNeverSaysAgainThatNothingChanged() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      tell("c");
      assertLost(queue, 0, 64);
      assertTold(drainExactly(queue), 0, 64);
    }
  }

  @Test
  void anOrdinaryDrainComesUponWhatIsLost() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      drain(queue);
      tell("f 8 4");
      assertTold(drain(queue), 8, 12);
      assertThat(drain(queue).isEmpty()).isTrue();
      tell("w 3 1");
      assertThat(drain(queue).get(firstVpn + 3)).isEqualTo(Categories.WRITTEN);
    }
  }

  @Test
  void whatIsListedFirstIsToldByTheNextDrain() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      tell("z 8 4");
      assertThat(unseen(queue, LOST)).containsExactly(pages(8, 12));
      assertTold(drain(queue), 8, 12);
    }
  }

  @Test
  void whatIsRefreshedIsSeenAgain() throws IOException {
    tell("o");
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)));
        ChangeQueue queue = openQueue()) {
      tell("f 8 4");
      assertTold(drainExactly(queue), 8, 12);
      assertThat(arming.refresh()).containsExactly(pages(8, 12));
      assertThat(queue.unseen()).isEmpty();
      assertThat(drainExactly(queue).isEmpty()).isTrue();
      tell("w 9 1");
      assertThat(drain(queue).get(firstVpn + 9)).isEqualTo(Categories.WRITTEN);
    }
  }

  @Test
  void aLookAtMemoryThatHasGoneSaysSo() throws Exception {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue()) {
      target.tell("e");
      assertThatThrownBy(
              () -> {
                while (true) {
                  queue.peek((start, end, changed, now) -> {});
                }
              })
          .isInstanceOf(MemoryGoneException.class);
      assertThatThrownBy(queue::unseen).isInstanceOf(MemoryGoneException.class);
    }
  }

  @Test
  void aSecondQueueOfAProcessIsRefused() throws IOException {
    tell("r 0 64");
    try (ChangeQueue queue = openQueue();
        TrackedProcess again = LinuxKernel.open().open(target.pid())) {
      assertThat(queue.unseen()).isEmpty();
      ChangeQueueOptions options = new ChangeQueueOptions(TrackedRanges.of(pages(0, 1)), 1 << 20);
      assertBusy(() -> again.openChangeQueue(options));
      tell("w 3 1");
      assertTold(drain(queue), 3, 4);
    }
    openQueue().close();
    openQueue().close();
  }

  @Test
  void ofTwoQueuesOfAProcessOneIsOnAtATime() throws IOException {
    tell("r 0 64");
    try (ChangeQueue first = openQueue()) {
      assertBusy(this::openQueue);
      first.disable();
      try (ChangeQueue second = openQueue()) {
        assertBusy(first::enable);
        tell("w 3 1");
        assertTold(drain(second), 3, 4);
        second.disable();
        first.enable();
        assertBusy(second::enable);
        tell("w 5 1");
        assertTold(drain(first), 5, 6);
      }
      tell("w 7 1");
      assertTold(drain(first), 7, 8);
    }
  }

  @Test
  void aSecondArmingOfAProcessIsRefused() throws IOException {
    tell("o");
    Arming arming = process.arm(TrackedRanges.of(pages(0, 8)));
    try (TrackedProcess again = LinuxKernel.open().open(target.pid())) {
      assertBusy(() -> again.arm(TrackedRanges.of(pages(8, 16))));
      arming.close();
      again.arm(TrackedRanges.of(pages(8, 16))).close();
    }
  }

  private static void assertBusy(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
  }
}
