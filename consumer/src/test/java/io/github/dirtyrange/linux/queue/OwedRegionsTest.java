package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is merged into regions that were found since. */
class OwedRegionsTest {

  private static final long COARSE = Categories.WRITTEN | Categories.COARSE;

  private record Region(long startVpn, long endVpn, long changed, long now) {}

  private final OwedRegions owed = new OwedRegions();
  private final PageIntervalMap older = IntervalMaps.create();

  private List<Region> merged() {
    owed.merge(older);
    List<Region> shown = new ArrayList<>();
    owed.showAll(
        (startVpn, endVpn, changed, now) -> shown.add(new Region(startVpn, endVpn, changed, now)));
    return shown;
  }

  @Test
  void coarseNeighboursAreOneWhateverWasReadOfThem() {
    older.add(0, 10, COARSE);
    older.add(5, 6, OwedRegions.written(Categories.WRITTEN | Categories.PRESENT));
    assertThat(merged()).containsExactly(new Region(0, 10, COARSE, 0));
  }

  @Test
  void ofAPageThatWasFoundAgainTheLastStateIsTold() {
    owed.add(5, 6, Categories.WRITTEN);
    older.add(4, 7, OwedRegions.written(Categories.WRITTEN | Categories.PRESENT));
    long present = Categories.WRITTEN | Categories.PRESENT;
    assertThat(merged())
        .containsExactly(
            new Region(4, 5, Categories.WRITTEN, present),
            new Region(5, 6, Categories.WRITTEN, Categories.WRITTEN),
            new Region(6, 7, Categories.WRITTEN, present));
  }

  @Test
  void whatWasLostSightOfMakesAFoundPageCoarse() {
    owed.add(5, 6, Categories.WRITTEN | Categories.PRESENT);
    older.add(0, 10, COARSE);
    assertThat(merged()).containsExactly(new Region(0, 10, COARSE, 0));
  }
}
