package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.linux.mm.FailingPagemap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Drains in which a call fails, before it has done anything or after it has armed its pages. */
class FailingScansTest extends QueueOnTarget {

  private static final int SEEDS = 120;

  @Test
  void aScanThatFailsAnywhereInADrainLosesNoChange() throws IOException {
    try (FailingPagemap pagemap = new FailingPagemap(target.pid());
        ChangeQueue queue = open(pagemap)) {
      int failures = 0;
      for (int seed = 0; seed < SEEDS; seed++) {
        failures += oneDrain(pagemap, queue, new Random(seed)) ? 1 : 0;
      }
      assertThat(failures).isGreaterThan(SEEDS / 4);
    }
  }

  /** {@return whether a call failed} */
  private static boolean oneDrain(FailingPagemap pagemap, ChangeQueue queue, Random random)
      throws IOException {
    BitSet written = write(random);
    pagemap.failAfter(random.nextInt(1 + random.nextInt(12)), random.nextBoolean());
    BitSet told = new BitSet();
    List<PageRange> regions = new ArrayList<>();
    boolean failed = false;
    while (true) {
      try {
        if (drain(queue, random, regions)) {
          break;
        }
      } catch (KernelException e) {
        assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
        failed = true;
        // A write between the failure and what is done about it.
        writeSome(random, 40, written);
      }
    }
    pagemap.failAfter(Integer.MAX_VALUE, false);
    for (int i = 0; i < regions.size(); i++) {
      PageRange region = regions.get(i);
      told.set(page(region.startVpn()), page(region.endVpn()));
      if (i > 0) {
        assertThat(region.startVpn()).isGreaterThanOrEqualTo(regions.get(i - 1).endVpn());
      }
    }
    // What was written after its place was passed is in the next drain.
    queue.drain((start, end, changed, now) -> told.set(page(start), page(end)));
    written.andNot(told);
    assertThat(written).as("written and not told").isEqualTo(new BitSet());
    return failed;
  }

  private static int page(long vpn) {
    return (int) (vpn - target.vpn(0));
  }

  private static boolean drain(ChangeQueue queue, Random random, List<PageRange> regions) {
    PageChangeBuffer buffer = new PageChangeBuffer(1 + random.nextInt(8));
    DrainReport report = queue.drain(buffer);
    for (int i = 0; i < buffer.size(); i++) {
      regions.add(new PageRange(buffer.startVpn(i), buffer.endVpn(i)));
    }
    return report.complete();
  }

  /**
   * Few pages, and perhaps a run over several page tables of which one page alone makes a sample:
   * its span grows over the others.
   */
  private static BitSet write(Random random) throws IOException {
    BitSet written = new BitSet();
    writeSome(random, 2 + random.nextInt(20), written);
    if (random.nextBoolean()) {
      int length = 600 + random.nextInt(1_500);
      int first = random.nextInt((int) PAGES - length);
      target.order("write", first + random.nextInt(length));
      writeFromOutside(LongStream.range(first, first + length).toArray());
      written.set(first, first + length);
    }
    return written;
  }

  private static void writeSome(Random random, int pages, BitSet written) throws IOException {
    for (int i = 0; i < pages; i++) {
      int page = random.nextInt((int) PAGES);
      target.order("write", page);
      written.set(page);
    }
  }

  private static ChangeQueue open(FailingPagemap pagemap) {
    return open(ROOMY, SAMPLES_ARE_CHEAP, pagemap, target.range());
  }

  @Test
  void aScanOfEverythingThatFailsIsMadeUpForByTheNextCall() throws IOException {
    try (FailingPagemap pagemap = new FailingPagemap(target.pid());
        ChangeQueue queue = open(pagemap)) {
      for (boolean arms : new boolean[] {false, true}) {
        target.order("write", LongStream.range(100, 110).toArray());
        pagemap.failAfter(1, arms);
        BitSet told = new BitSet();
        boolean complete = false;
        for (int calls = 0; !complete; calls++) {
          assertThat(calls).isLessThan(5);
          try {
            complete =
                queue
                    .drainExactly(
                        (start, end, changed, now) -> {
                          assertThat(changed & Categories.WRITTEN).isNotZero();
                          told.set(page(start), page(end));
                        })
                    .complete();
          } catch (KernelException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
          }
        }
        assertThat(told.get(100, 110).cardinality()).isEqualTo(10);
      }
    }
  }
}
