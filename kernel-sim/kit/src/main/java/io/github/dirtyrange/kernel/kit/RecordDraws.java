package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.RecordStep.Kind;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Draws programs of calls; what it draws is a function of what the random numbers are. */
public final class RecordDraws {

  private static final int MOST_STEPS = 24;
  private static final int MOST_CPUS = 4;
  private static final int MOST_RANGES = 3;
  private static final int MOST_PAGES = 700;
  private static final int FEW = 8;
  private static final int LAST_PAGE = 3000;

  private static final int[] RECORDS_PER_CPU = {1, 2, 4, 16, 64, 1 << 20};
  private static final long[] BYTES = {
    QueueSpec.MIN_BYTES, QueueSpec.MIN_BYTES, 3 * QueueSpec.MIN_BYTES / 2, 1L << 20
  };
  private static final int[] HOLES = {1, 2, 63, 64, 500};
  private static final int[] LENGTHS = {1, 5, 64, 511, 512, 1000};
  private static final long[] MASKS = {
    Categories.WRITTEN,
    Categories.PRESENT,
    Categories.WRITTEN | Categories.PRESENT,
    Categories.SOFT_DIRTY | Categories.WRITTEN,
    Categories.SWAPPED | Categories.PRESENT,
    Categories.GONE,
    Categories.GONE | Categories.PRESENT | Categories.FILE,
    Categories.GUARD
  };

  /** Each as often as it is drawn. */
  private static final List<Kind> KINDS =
      Stream.of(
              Collections.nCopies(6, Kind.RECORD),
              Collections.nCopies(2, Kind.SCATTER),
              Collections.nCopies(2, Kind.DRAIN),
              List.of(Kind.MOVE, Kind.MOVE_BACK, Kind.PEEK))
          .flatMap(List::stream)
          .toList();

  private RecordDraws() {}

  /** {@return a program} */
  public static RecordProgram next(Random random) {
    QueueSpec spec =
        new QueueSpec(
            1 + random.nextInt(MOST_CPUS),
            ranges(random),
            BYTES[random.nextInt(BYTES.length)],
            RECORDS_PER_CPU[random.nextInt(RECORDS_PER_CPU.length)]);
    int count = 1 + random.nextInt(MOST_STEPS);
    List<RecordStep> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      steps.add(step(random));
    }
    return new RecordProgram(spec, steps);
  }

  /** Each a number of pages, and a hole before it. */
  private static TrackedRanges ranges(Random random) {
    int count = 1 + random.nextInt(MOST_RANGES);
    List<PageRange> ranges = new ArrayList<>(count);
    long end = RecordProgram.BASE;
    for (int i = 0; i < count; i++) {
      long start = end + HOLES[random.nextInt(HOLES.length)];
      end = start + LENGTHS[random.nextInt(LENGTHS.length)];
      ranges.add(new PageRange(start, end));
    }
    return TrackedRanges.of(ranges);
  }

  private static RecordStep step(Random random) {
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    int cpu = random.nextInt(MOST_CPUS);
    return new RecordStep(
        kind, cpu, page(random), pages(random), MASKS[random.nextInt(MASKS.length)]);
  }

  /** Few places, so that records meet; and any. */
  private static int page(Random random) {
    return random.nextInt(1 + (random.nextBoolean() ? FEW : LAST_PAGE));
  }

  private static int pages(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> 1;
      case 1 -> 1 + random.nextInt(FEW);
      default -> 1 + random.nextInt(MOST_PAGES);
    };
  }
}
