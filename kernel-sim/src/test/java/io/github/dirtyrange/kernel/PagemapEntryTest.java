package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PagemapEntryTest {

  private static final long DEVICE = 2;
  private static final long PLACE = 7L << 5;
  private static final long MIGRATION_KIND = 25;
  private static final long MARKER_KIND = 31;

  @Test
  void aPageInSwapHasAPlaceThere() {
    long entry = PagemapEntry.SWAPPED | PLACE | DEVICE;
    assertThat(PagemapEntry.swapPlace(entry)).isEqualTo(PLACE | DEVICE);
    assertThat(PagemapEntry.isMarker(entry)).isFalse();
  }

  @Test
  void aMarkerAndAPageThatIsMigratedHaveNone() {
    long marker = PagemapEntry.SWAPPED | PagemapEntry.UFFD_WP | 1 << 5 | MARKER_KIND;
    assertThat(PagemapEntry.swapPlace(marker)).isZero();
    assertThat(PagemapEntry.isMarker(marker)).isTrue();
    long migrated = PagemapEntry.SWAPPED | PLACE | MIGRATION_KIND;
    assertThat(PagemapEntry.swapPlace(migrated)).isZero();
    assertThat(PagemapEntry.isMarker(migrated)).isFalse();
  }

  @Test
  void aPageInMemoryIsNeither() {
    long entry = PagemapEntry.PRESENT | PLACE | MARKER_KIND;
    assertThat(PagemapEntry.swapPlace(entry)).isZero();
    assertThat(PagemapEntry.isMarker(entry)).isFalse();
  }
}
