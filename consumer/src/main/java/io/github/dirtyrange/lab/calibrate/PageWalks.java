package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.WalkedProcess;
import io.github.dirtyrange.lab.result.MeasuredWalk;
import io.github.dirtyrange.lab.result.MeasuredWalk.Way;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks over armed pages of each class, nothing written: all pages of a class at once, so that the
 * call is lost in them, and all classes in turn.
 */
final class PageWalks {

  /** 32 MiB of each class. */
  private static final long PAGES = 16L * Pages.PER_TABLE;

  private static final int WARMUP = 20;
  private static final long ALL_CATEGORIES = (Categories.SOFT_DIRTY << 1) - 1;

  private final Stopwatch stopwatch;
  private final TrackedProcess process;
  private final PageRegionBuffer regions = new PageRegionBuffer(1);
  private final long[] entries = new long[(int) PAGES];

  private PageWalks(Stopwatch stopwatch, TrackedProcess process) {
    this.stopwatch = stopwatch;
    this.process = process;
  }

  /** Measures so often; {@return nothing where the classes are alike, or cannot be had} */
  static List<MeasuredWalk> measure(Testbed testbed, Stopwatch stopwatch, int repetitions) {
    Optional<WalkedProcess> started = testbed.startWalked(PAGES);
    if (started.isEmpty()) {
      return List.of();
    }
    Kernel kernel = testbed.kernel();
    try (WalkedProcess walked = started.get();
        TrackedProcess process = kernel.open(walked.pid());
        Arming arming = process.arm(TrackedRanges.of(ascending(walked)))) {
      arming.refresh();
      return new PageWalks(stopwatch, process).measure(walked.classes(), repetitions);
    }
  }

  private static List<PageRange> ascending(WalkedProcess walked) {
    return walked.classes().values().stream()
        .sorted((a, b) -> Long.compare(a.startVpn(), b.startVpn()))
        .toList();
  }

  private List<MeasuredWalk> measure(Map<String, PageRange> classes, int repetitions) {
    Map<String, Map<Way, DoubleList>> nanos = new LinkedHashMap<>();
    for (int done = -WARMUP; done < repetitions; done++) {
      boolean counts = done >= 0;
      classes.forEach(
          (name, range) -> {
            for (Way way : Way.values()) {
              double each = stopwatch.nanos(() -> walk(way, range)) / range.pages();
              if (counts) {
                nanos
                    .computeIfAbsent(name, none -> new EnumMap<>(Way.class))
                    .computeIfAbsent(way, none -> new DoubleArrayList())
                    .add(each);
              }
            }
          });
    }
    List<MeasuredWalk> walks = new ArrayList<>();
    nanos.forEach((name, ways) -> ways.forEach((way, each) -> walks.add(walk(name, way, each))));
    return walks;
  }

  private static MeasuredWalk walk(String name, Way way, DoubleList nanos) {
    Quartiles quartiles = Quartiles.of(nanos);
    return new MeasuredWalk(name, way, quartiles.median(), quartiles.low(), quartiles.high());
  }

  private void walk(Way way, PageRange range) {
    switch (way) {
      case PAGEMAP -> process.readPagemap(range.startVpn(), (int) range.pages(), entries);
      case SCAN_WRITTEN -> scan(range, Categories.WRITTEN);
      case SCAN_ALL -> scan(range, ALL_CATEGORIES);
    }
  }

  private void scan(PageRange range, long told) {
    process.scan(
        new ScanRequest(
            0,
            Pages.address(range.startVpn()),
            Pages.address(range.endVpn()),
            0,
            0,
            Categories.WRITTEN,
            0,
            told),
        regions);
  }
}
