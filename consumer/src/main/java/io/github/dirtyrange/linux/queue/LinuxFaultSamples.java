package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.HugePages;
import io.github.dirtyrange.linux.perf.FaultSampler;
import java.util.List;

/**
 * Page-fault samples of a process, by perf. Besides the pages of each fault it hints at one page of
 * each place where a huge page may be: {@code khugepaged} makes one without a fault, and marks all
 * of it ({@code collapse_huge_page}, mm/khugepaged.c), so that one page tells.
 */
public final class LinuxFaultSamples implements FaultSamples {

  /** Reading and ordering a sample costs about as much as reading that many pagemap entries. */
  private static final long ENTRIES_PER_SAMPLE = 8;

  /** A hint where it is put in order. */
  private static final long HINT_BYTES = 64;

  private final FaultSampler sampler;
  private final TrackedRanges ranges;
  private final long sampleLimit;

  private LinuxFaultSamples(FaultSampler sampler, TrackedRanges ranges, long mostHints) {
    this.sampler = sampler;
    this.ranges = ranges;
    this.sampleLimit = Math.min(mostHints, ranges.pages() / ENTRIES_PER_SAMPLE);
  }

  /** Opens samples of a process, off: half of the bytes for rings, half for what is read. */
  public static LinuxFaultSamples open(int pid, List<PageRange> ranges, long maxBytes) {
    TrackedRanges tracked = new TrackedRanges(ranges, HugePages.pagesPerFault(pid, ranges));
    FaultSampler sampler = FaultSampler.openProcess(pid, maxBytes / 2);
    return new LinuxFaultSamples(sampler, tracked, maxBytes / 2 / HINT_BYTES);
  }

  @Override
  public void enable() {
    sampler.enable();
  }

  @Override
  public void disable() {
    sampler.disable();
  }

  @Override
  public Method take(Hints hints) {
    boolean worthReading = sampler.pendingSamples() <= sampleLimit;
    if (worthReading) {
      sampler.read(address -> widen(Pages.vpn(address), hints));
    } else {
      sampler.skip();
    }
    if (sampler.hasLost()) {
      return Method.SCAN_AFTER_LOSS;
    }
    if (!worthReading) {
      return Method.SCAN_BY_CHOICE;
    }
    addHugePlaces(hints);
    return Method.QUEUE;
  }

  private void widen(long vpn, Hints hints) {
    int range = ranges.find(vpn);
    if (range >= 0) {
      hints.pages(ranges.faultStart(range, vpn), ranges.faultEnd(range, vpn));
    }
  }

  private void addHugePlaces(Hints hints) {
    for (int range = 0; range < ranges.count(); range++) {
      if (ranges.pagesPerFault(range) < Pages.PER_TABLE) {
        continue;
      }
      for (long vpn = ranges.startVpn(range); vpn < ranges.endVpn(range); ) {
        hints.pages(vpn, vpn + 1);
        vpn = Pages.blockEnd(vpn);
      }
    }
  }

  @Override
  public void skip() {
    sampler.skip();
  }

  @Override
  public long memoryBytes() {
    return sampler.memoryBytes();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
