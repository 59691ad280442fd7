package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ContentReaderTest {

  private static final long P = Pages.SIZE;
  private static final long PAGES = 16;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess target = kernel.spawn();
  private final TrackedProcess process = target.tracked();
  private final long at = target.mmap(PAGES * P);
  private final ContentReader reader = new ContentReader(process, Long.MAX_VALUE, true);

  private PageContents read() {
    return reader.read(MappedPages.of(process.maps(), vma -> true));
  }

  private List<Long> differing(PageContents before) {
    ChangedPages pages = read().differingFrom(before);
    List<Long> list = new ArrayList<>();
    for (int range = 0; range < pages.ranges(); range++) {
      for (long vpn = pages.startVpn(range); vpn < pages.endVpn(range); vpn++) {
        list.add(vpn - Pages.vpn(at));
      }
    }
    return list;
  }

  @Test
  void aPageDiffersIfItsBytesDo() {
    target.store(at, 1);
    target.store(at + P, 1);
    PageContents before = read();
    target.store(at, 2);
    target.store(at + P, 1);
    assertThat(differing(before)).containsExactly(0L);
  }

  @Test
  void whatHoldsNothingHoldsZeros() {
    target.store(at, 1);
    PageContents before = read();
    target.madvise(at, P, Madvise.Advice.DONTNEED);
    target.store(at + P, 0);
    target.load(at + 2 * P);
    target.store(at + 3 * P, 3);
    assertThat(differing(before)).containsExactly(0L, 3L);
  }

  @Test
  void readingMakesNoPages() {
    try (Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
      assertThat(arming.refused()).isEmpty();
      target.store(at, 1);
      long frames = kernel.framesInUse();
      long[] entries = new long[(int) PAGES];
      process.readPagemap(Pages.vpn(at), (int) PAGES, entries);
      PageContents contents = read();
      long[] after = new long[(int) PAGES];
      process.readPagemap(Pages.vpn(at), (int) PAGES, after);
      assertThat(after).isEqualTo(entries);
      assertThat(kernel.framesInUse()).isEqualTo(frames);
      assertThat(contents.readPages()).isEqualTo(1);
      // The markers of armed memory are known to hold nothing: a first write is seen.
      target.store(at + 5 * P, 1);
      assertThat(differing(contents)).containsExactly(5L);
    }
  }

  /** A page in swap stays there; nothing is said of it until it has been back at two stops. */
  @Test
  void whatIsInSwapIsNotKnown() {
    target.store(at, 1);
    PageContents before = read();
    target.madvise(at, P, Madvise.Advice.PAGEOUT);
    PageContents out = read();
    assertThat(kernel.slotsInUse()).isEqualTo(1);
    assertThat(out.unknown().pages()).isEqualTo(1);
    assertThat(out.differingFrom(before).pages()).isZero();
    target.store(at, 2);
    assertThat(differing(out)).isEmpty();
  }

  @Test
  void ofAFileOnlyWhatTheProcessHasWrittenIsKnown() {
    SimFile file = kernel.createMemfd("file");
    file.truncate(4 * P);
    long mapped = target.mmapFile(0, 4 * P, Prot.READ | Prot.WRITE, Mmap.PRIVATE, file, 0);
    target.store(mapped, 1);
    target.load(mapped + P);
    PageContents before = read();
    assertThat(before.unknown().pages()).isEqualTo(3);
    file.write(P, 9);
    target.store(mapped, 2);
    assertThat(read().differingFrom(before).pages()).isEqualTo(1);
  }

  @Test
  void sharedMemoryIsLeftOut() {
    long shared = target.mmap(0, 4 * P, Prot.READ | Prot.WRITE, Mmap.SHARED | Mmap.ANONYMOUS);
    PageContents before = read();
    target.store(shared, 1);
    assertThat(read().differingFrom(before).pages()).isZero();
  }

  @Test
  void whatCannotBeReadIsNotKnownAndEndsNothing() {
    target.storeRange(at, PAGES * P, 1);
    long hidden = Pages.vpn(at) + 3;
    TrackedProcess refusing =
        new ForwardingProcess(process) {
          @Override
          public long readPages(long[] bounds, int from, int to, ByteBuffer into) {
            int end = from;
            while (end < to && bounds[2 * end] != hidden) {
              end++;
            }
            return super.readPages(bounds, from, end, into);
          }
        };
    PageContents contents =
        new ContentReader(refusing, Long.MAX_VALUE, true)
            .read(MappedPages.of(process.maps(), vma -> true));
    assertThat(contents.readPages()).isEqualTo(PAGES - 1);
    assertThat(contents.unknown().pages()).isEqualTo(1);
    assertThat(contents.unknown().startVpn(0)).isEqualTo(hidden);
  }

  /** Where the kernel hides places in swap, a marker may be a page in swap. */
  @Test
  void whereNothingIsShownMarkersAreNotKnown() {
    try (Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
      assertThat(arming.refused()).isEmpty();
      PageContents contents =
          new ContentReader(process, Long.MAX_VALUE, false)
              .read(MappedPages.of(process.maps(), vma -> true));
      assertThat(contents.unknown().pages()).isEqualTo(PAGES);
    }
  }

  @Property
  void aSampleHasAboutTheShareThatWasAskedFor(
      @ForAll @LongRange(min = 1000, max = 20_000) long wanted) {
    long pages = 20_000;
    ContentSample sample = ContentSample.of(wanted, pages);
    long found = 0;
    for (long vpn = 1L << 34; vpn < (1L << 34) + pages; vpn++) {
      found += sample.has(vpn) ? 1 : 0;
    }
    assertThat(found).isBetween(wanted - 800, wanted + 800);
  }

  @Property
  void theSmallerOfTwoSamplesIsPartOfTheLarger(
      @ForAll @LongRange(min = 1, max = 1000) long one,
      @ForAll @LongRange(min = 1, max = 1000) long other,
      @ForAll @LongRange(max = 1L << 35) long vpn) {
    ContentSample small = ContentSample.of(Math.min(one, other), 1000);
    ContentSample large = ContentSample.of(Math.max(one, other), 1000);
    assertThat(small.has(vpn) && !large.has(vpn)).isFalse();
  }
}
