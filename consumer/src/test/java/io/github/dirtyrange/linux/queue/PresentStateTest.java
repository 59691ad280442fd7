package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a drain tells of the present state is what was asked for, and is asked for or refused. */
@Tag("machine")
class PresentStateTest {

  private static final long PAGES = 64;
  private static final long STATE =
      Categories.PRESENT | Categories.SWAPPED | Categories.FILE | Categories.PFNZERO;

  private Target target;
  private TrackedProcess process;

  @BeforeEach
  void startTarget() throws IOException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    target = Target.start(PAGES);
    process = LinuxKernel.open().open(target.pid());
  }

  @AfterEach
  void endTarget() {
    if (target != null) {
      process.close();
      target.close();
    }
  }

  private TrackedRanges ranges() {
    return TrackedRanges.of(target.range());
  }

  private ChangeQueue open(long changed, long now) {
    ChangeQueueOptions options = new ChangeQueueOptions(ranges(), 1 << 20);
    return process.openChangeQueue(options.withChanged(changed).withNow(now));
  }

  private record Told(long page, long changed, long now) {}

  private List<Told> drained(ChangeQueue queue, boolean exactly) {
    List<Told> told = new ArrayList<>();
    ChangeSink sink =
        (start, end, changed, now) -> {
          for (long vpn = start; vpn < end; vpn++) {
            told.add(new Told(vpn - target.range().startVpn(), changed, now));
          }
        };
    if (exactly) {
      queue.drainExactly(sink);
    } else {
      queue.drain(sink);
    }
    return told;
  }

  @Test
  void unaskedItIsThatThePageWasWritten() throws IOException {
    try (ChangeQueue queue = open(0, 0)) {
      assertThat(queue.categories())
          .isEqualTo(new QueueCategories(Categories.WRITTEN, Categories.WRITTEN));
      target.order("write", 3);
      assertThat(drained(queue, false))
          .containsExactly(new Told(3, Categories.WRITTEN, Categories.WRITTEN));
    }
  }

  @Test
  void whatIsAskedForIsWhatAScanSays() throws IOException {
    try (ChangeQueue queue = open(Categories.WRITTEN, STATE)) {
      assertThat(queue.categories().now()).isEqualTo(STATE | Categories.WRITTEN);
      // A discarded page that is only read again is the zero page, on a kernel that maps one.
      target.order("write", 3, 4, 6, 20);
      target.order("discard", 4, 6);
      target.order("read", 4);
      long[] pages = readsWritten(6) ? new long[] {3, 4, 6, 20} : new long[] {3, 4, 20};
      List<Told> told = drained(queue, true);
      assertThat(told.stream().mapToLong(Told::page).toArray()).containsExactly(pages);
      assertThat(told).extracting(Told::now).containsExactlyElementsOf(scanned(pages));
      assertThat(told.get(0).now()).isEqualTo(Categories.WRITTEN | Categories.PRESENT);
      assertThat(told.get(1).now() & ~Categories.PFNZERO)
          .isEqualTo(Categories.WRITTEN | Categories.PRESENT);
    }
  }

  /** An entry that was emptied does not on each kernel, where more is asked for than that. */
  private boolean readsWritten(long page) {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    long vpn = target.vpn(page);
    process.scan(ScanRequest.of(vpn, vpn + 1, Categories.WRITTEN).returning(STATE), regions);
    return regions.size() > 0;
  }

  /** As a scan says it now; WRITTEN besides, which the drain has taken. */
  private List<Long> scanned(long... pages) {
    List<Long> states = new ArrayList<>();
    for (long page : pages) {
      PageRegionBuffer regions = new PageRegionBuffer(1);
      long vpn = target.vpn(page);
      process.scan(ScanRequest.of(vpn, vpn + 1, 0).returning(STATE), regions);
      boolean swap = (regions.categories(0) & Categories.SWAPPED) != 0;
      // The mark of an armed page that holds nothing is a swap entry to a scan, and not to a drain.
      states.add(Categories.WRITTEN | (swap ? 0 : regions.categories(0)));
    }
    return states;
  }

  @Test
  void anArmedPageThatHoldsNothingIsNotToldAsSwapped() throws IOException {
    target.order("discard", 5);
    try (ChangeQueue queue = open(0, STATE)) {
      assertThat(drained(queue, true)).isEmpty();
      target.order("write", 5);
      assertThat(drained(queue, false))
          .containsExactly(
              new Told(5, Categories.WRITTEN, Categories.WRITTEN | Categories.PRESENT));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Categories.PRESENT, Categories.WRITTEN | Categories.SOFT_DIRTY})
  void aTransitionThatIsNotSampledIsRefused(long changed) {
    assertThatThrownBy(() -> open(changed, 0))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
        .hasMessageContaining("is not told when it changes");
  }

  @ParameterizedTest
  @ValueSource(longs = {Categories.SOFT_DIRTY, Categories.PRESENT | Categories.ACCESSED})
  void aStateThatThisWayToArmDoesNotShowIsRefused(long now) {
    assertThatThrownBy(() -> open(0, now))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
        .hasMessageContaining("is not told of a changed page");
  }
}
