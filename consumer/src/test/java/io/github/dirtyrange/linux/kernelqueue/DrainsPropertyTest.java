package io.github.dirtyrange.linux.kernelqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Law L10: however a drain is read, each page is told once, in order, in the drain it belongs to.
 */
class DrainsPropertyTest {

  private static final long MIB = 1 << 20;

  /** A page, what changed in it, and the drain that told it. */
  private record Page(long vpn, long changed, long epoch) {}

  private final List<Page> told = new ArrayList<>();

  @Property(tries = 300)
  void eachPageIsToldOnceInItsDrain(
      @ForAll @Size(max = 4) List<@Size(max = 12) List<@IntRange(max = 2) Integer>> drains,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 5) Integer> readers) {
    told.clear();
    QueueFileDouble kernel = new QueueFileDouble();
    KernelChangeQueue queue =
        KernelChangeQueue.open(
            kernel, kernel, new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), MIB));
    List<Page> expected = new ArrayList<>();
    int turn = 0;
    for (int epoch = 1; epoch <= drains.size(); epoch++) {
      queueAll(kernel, drains.get(epoch - 1), epoch, expected);
      boolean complete = false;
      while (!complete) {
        List<Long> peeked = peeked(queue);
        int before = told.size();
        complete = read(queue, readers.get(turn++ % readers.size()), epoch);
        List<Long> now = told.subList(before, told.size()).stream().map(Page::vpn).toList();
        assertThat(peeked).startsWith(now.toArray(Long[]::new));
      }
    }
    assertThat(told).isEqualTo(expected);
  }

  private static void queueAll(
      QueueFileDouble kernel, List<Integer> kinds, int epoch, List<Page> expected) {
    for (int vpn = 0; vpn < kinds.size(); vpn++) {
      long changed = kinds.get(vpn) == 0 ? 0 : kinds.get(vpn) == 1 ? Categories.SOFT_DIRTY : 8;
      if (changed != 0) {
        kernel.queue(vpn, vpn + 1, changed, 0);
        expected.add(new Page(vpn, changed, epoch));
      }
    }
  }

  private static List<Long> peeked(KernelChangeQueue queue) {
    List<Long> vpns = new ArrayList<>();
    queue.peek(
        (startVpn, endVpn, changed, now) -> {
          for (long vpn = startVpn; vpn < endVpn; vpn++) {
            vpns.add(vpn);
          }
        });
    return vpns;
  }

  /** Readers: 0 a sink, 1 a sink that throws at its second region, others buffers of a size. */
  private boolean read(KernelChangeQueue queue, int reader, int epoch) {
    if (reader == 0) {
      return noted(queue.drain((s, e, changed, now) -> add(s, e, changed, epoch)), epoch);
    }
    if (reader == 1) {
      return failing(queue, epoch);
    }
    PageChangeBuffer buffer = new PageChangeBuffer(reader - 1);
    DrainReport report = queue.drain(buffer);
    for (int i = 0; i < buffer.size(); i++) {
      add(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i), epoch);
    }
    return noted(report, epoch);
  }

  private boolean failing(KernelChangeQueue queue, int epoch) {
    int[] regions = {0};
    DrainReport[] report = new DrainReport[1];
    Runnable drain =
        () ->
            report[0] =
                queue.drain(
                    (s, e, changed, now) -> {
                      if (++regions[0] == 2) {
                        throw new IllegalStateException("full");
                      }
                      add(s, e, changed, epoch);
                    });
    if (peeksTwo(queue)) {
      assertThatThrownBy(drain::run).hasMessage("full");
      return false;
    }
    drain.run();
    return noted(report[0], epoch);
  }

  private static boolean peeksTwo(KernelChangeQueue queue) {
    int[] regions = {0};
    queue.peek((s, e, changed, now) -> regions[0]++);
    return regions[0] > 1;
  }

  private static boolean noted(DrainReport report, int epoch) {
    assertThat(report.epoch()).isEqualTo(epoch);
    return report.complete();
  }

  private void add(long startVpn, long endVpn, long changed, int epoch) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      told.add(new Page(vpn, changed, epoch));
    }
  }
}
