package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What a queue is opened for, and the calls that it then gets: one range to three, with holes
 * between them and borders within and on the borders of page tables; one CPU to four; records that
 * are kept apart and memory drawn, often the least.
 *
 * @param spec what the queue is opened for
 * @param steps the calls
 */
public record RecordProgram(QueueSpec spec, List<RecordStep> steps) {

  /** Where the tracked ranges begin: a border of page tables of all levels lies in them. */
  static final long BASE = (1L << 27) - 1000;

  private static final int MOST_STEPS = 24;
  private static final int MOST_PAGES = 700;
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

  /** {@return a shorter program that a predicate still holds of} */
  RecordProgram shrunk(Predicate<RecordProgram> shows) {
    return new RecordProgram(
        spec,
        ProgramShrinker.shrink(
            steps, RecordStep::narrower, shorter -> shows.test(new RecordProgram(spec, shorter))));
  }

  /** {@return random programs} */
  public static Arbitrary<RecordProgram> programs() {
    return Combinators.combine(specs(), calls()).as(RecordProgram::new);
  }

  private static Arbitrary<QueueSpec> specs() {
    Arbitrary<Integer> recordsPerCpu = Arbitraries.of(1, 2, 4, 16, 64, 1 << 20);
    Arbitrary<Long> bytes =
        Arbitraries.of(
            QueueSpec.MIN_BYTES, QueueSpec.MIN_BYTES, 3 * QueueSpec.MIN_BYTES / 2, 1L << 20);
    return Combinators.combine(Arbitraries.integers().between(1, 4), ranges(), bytes, recordsPerCpu)
        .as(QueueSpec::new);
  }

  /** Each a number of pages, and a hole before it. */
  private static Arbitrary<TrackedRanges> ranges() {
    Arbitrary<Integer> hole = Arbitraries.of(1, 2, 63, 64, 500);
    Arbitrary<Integer> pages = Arbitraries.of(1, 5, 64, 511, 512, 1000);
    return Combinators.combine(hole, pages)
        .as(List::of)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(RecordProgram::placed);
  }

  private static TrackedRanges placed(List<List<Integer>> holesAndPages) {
    List<PageRange> ranges = new ArrayList<>();
    long end = BASE;
    for (List<Integer> each : holesAndPages) {
      long start = end + each.get(0);
      end = start + each.get(1);
      ranges.add(new PageRange(start, end));
    }
    return TrackedRanges.of(ranges);
  }

  private static Arbitrary<List<RecordStep>> calls() {
    Arbitrary<RecordStep.Kind> kind =
        Arbitraries.frequency(
            Tuple.of(6, RecordStep.Kind.RECORD),
            Tuple.of(2, RecordStep.Kind.SCATTER),
            Tuple.of(1, RecordStep.Kind.MOVE),
            Tuple.of(1, RecordStep.Kind.MOVE_BACK),
            Tuple.of(1, RecordStep.Kind.PEEK),
            Tuple.of(2, RecordStep.Kind.DRAIN));
    // Few places, so that records meet; and any.
    Arbitrary<Integer> page =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 8), Arbitraries.integers().between(0, 3000));
    Arbitrary<Integer> pages =
        Arbitraries.oneOf(
            Arbitraries.just(1),
            Arbitraries.integers().between(1, 8),
            Arbitraries.integers().between(1, MOST_PAGES));
    Arbitrary<Long> changed =
        Arbitraries.integers().between(0, MASKS.length - 1).map(mask -> MASKS[mask]);
    return Combinators.combine(kind, Arbitraries.integers().between(0, 3), page, pages, changed)
        .as(RecordStep::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(MOST_STEPS);
  }
}
