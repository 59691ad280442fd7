package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PagemapFormatTest {

  private static final long FIELD = 0x3FL << 55;
  private static final long ENTRY =
      PagemapEntry.PRESENT | PagemapEntry.EXCLUSIVE | PagemapEntry.SOFT_DIRTY | 0x1234;

  @Test
  void todayIsUnchanged() {
    assertThat(PagemapFormat.TODAY.encode(ENTRY, false)).isEqualTo(ENTRY);
  }

  @Test
  void oldestFormatHasThePageShift() {
    long entry = PagemapFormat.PAGE_SHIFT.encode(ENTRY, true);

    assertThat(PagemapFormat.pageShiftField(entry)).isEqualTo(12);
    assertThat(PagemapEntry.pfn(entry)).isEqualTo(0x1234);
  }

  @Test
  void proposedFormatIsZeroUntilSoftDirtyIsUsed() {
    assertThat(PagemapFormat.PAGEMAP2.encode(ENTRY, false) & FIELD).isZero();
    assertThat(PagemapFormat.PAGEMAP2.encode(ENTRY, true) & FIELD)
        .isEqualTo(PagemapEntry.SOFT_DIRTY);
  }

  @Test
  void mergedFormatHasThePageShiftUntilSoftDirtyIsUsed() {
    assertThat(
            PagemapFormat.pageShiftField(
                PagemapFormat.SWITCHED_BY_FIRST_CLEAR.encode(ENTRY, false)))
        .isEqualTo(12);
    assertThat(PagemapFormat.SWITCHED_BY_FIRST_CLEAR.encode(ENTRY, true) & FIELD)
        .isEqualTo(PagemapEntry.SOFT_DIRTY);
  }

  @Property
  void bitsOutsideTheFieldAreTheSameInAllFormats(
      @ForAll PagemapFormat format, @ForAll long entry, @ForAll boolean used) {
    assertThat(format.encode(entry, used) & ~FIELD).isEqualTo(entry & ~FIELD);
  }
}
