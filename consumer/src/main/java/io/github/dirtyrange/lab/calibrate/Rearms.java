package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredRearm.Activity;
import io.github.dirtyrange.workload.PagePattern;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Scans that arm pages again, of a process that sleeps and of one that runs on another processor:
 * whether a flush has to interrupt somebody, and whether it has to wake them first, shows here.
 */
final class Rearms {

  /** 16 MiB. */
  private static final long MAPPED_PAGES = 8L * Pages.PER_TABLE;

  private static final int WRITTEN_PAGES = (int) (MAPPED_PAGES / 16);
  private static final int WARMUP = 20;

  private final ScannedWorkload scattered;
  private final ScannedWorkload inARow;
  private final List<Activity> activities;
  private final Map<MeasuredRearm.Pages, Map<Activity, DoubleList>> nanos =
      new EnumMap<>(MeasuredRearm.Pages.class);

  private Rearms(ScannedWorkload scattered, ScannedWorkload inARow, List<Activity> activities) {
    this.scattered = scattered;
    this.inARow = inARow;
    this.activities = activities;
  }

  /** Measures so often while the process does each of these, in turns. */
  static List<MeasuredRearm> measure(
      Testbed testbed, Stopwatch stopwatch, List<Activity> activities, int repetitions) {
    try (ScannedWorkload scattered = start(testbed, stopwatch, PagePattern.UNIFORM);
        ScannedWorkload inARow = start(testbed, stopwatch, PagePattern.SEQUENTIAL)) {
      return new Rearms(scattered, inARow, activities).measure(repetitions);
    }
  }

  private static ScannedWorkload start(Testbed testbed, Stopwatch stopwatch, PagePattern pattern) {
    return ScannedWorkload.start(testbed, stopwatch, MAPPED_PAGES, WRITTEN_PAGES, pattern);
  }

  private List<MeasuredRearm> measure(int repetitions) {
    repeat(WARMUP);
    nanos.clear();
    repeat(repetitions);
    List<MeasuredRearm> measured = new ArrayList<>();
    nanos.forEach(
        (pages, times) ->
            times.forEach((activity, each) -> measured.add(measured(pages, activity, each))));
    return measured;
  }

  private void repeat(int times) {
    for (int done = 0; done < times; done++) {
      for (Activity activity : activities) {
        for (MeasuredRearm.Pages pages : MeasuredRearm.Pages.values()) {
          nanos
              .computeIfAbsent(pages, none -> new EnumMap<>(Activity.class))
              .computeIfAbsent(activity, none -> new DoubleArrayList())
              .add(nanosAPage(pages, activity));
        }
      }
    }
  }

  private double nanosAPage(MeasuredRearm.Pages pages, Activity activity) {
    return switch (pages) {
      case EACH_IN_A_CALL -> scattered.during(activity, scattered::oneByOne);
      case SCATTERED -> scattered.during(activity, scattered::nanosAPage);
      case IN_A_ROW -> inARow.during(activity, inARow::nanosAPage);
    };
  }

  private static MeasuredRearm measured(
      MeasuredRearm.Pages pages, Activity activity, DoubleList nanos) {
    Quartiles quartiles = Quartiles.of(nanos);
    return new MeasuredRearm(
        pages, activity, quartiles.median(), quartiles.low(), quartiles.high());
  }
}
