package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.FreeBits.Freedom;
import io.github.dirtyrange.kernel.Categories;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the kernel's queue may say otherwise than the simulated one, and what it may not. */
class DrainRulesTest {

  private static final long DIRTY = Categories.SOFT_DIRTY;
  private static final long GONE = Categories.GONE;
  private static final long PRESENT = Categories.PRESENT;
  private static final long SWAPPED = Categories.SWAPPED;
  private static final long HUGE = Categories.HUGE;

  private static final Operation MREMAP =
      step(
          "mremap start=0x9f8000 oldLength=0x218000 newLength=0x218000"
              + " remapFlags=MAYMOVE|DONTUNMAP target=0x1f8000");
  private static final Operation MMAP =
      step("mmap start=0x9f8000 length=0x218000 protection=3 mapFlags=PRIVATE|ANONYMOUS");
  private static final Operation WRITE = step("mem-write address=0xa00000 value=0");
  private static final Operation FILE_WRITE = new Operation.FileWrite(0, 0, 0, 1);

  /** Found by conform: a page whose whole page table was moved. */
  @Test
  void whatMremapMovedMayBeSoftDirtyForTheKernelOnly() {
    DrainRules.Page moved =
        new DrainRules.Page(PRESENT | DIRTY | GONE, PRESENT | DIRTY, PRESENT | GONE, PRESENT);
    assertThat(DrainRules.explain(moved, MREMAP, false)).containsExactly(Freedom.QUEUE_OF_MOVED);
    assertThat(DrainRules.explain(moved, MMAP, false)).isEmpty();
    assertThat(DrainRules.explain(moved, WRITE, false)).isEmpty();
  }

  /** A device may have written it while it was out of the page table. */
  @Test
  void aPageOfAFileThatCameMayBeToldAsWritten() {
    long file = PRESENT | Categories.FILE;
    DrainRules.Page came = new DrainRules.Page(file | DIRTY, file, file, file);
    assertThat(DrainRules.explain(came, WRITE, false)).containsExactly(Freedom.QUEUE_OF_PINS);
    DrainRules.Page wasThere = new DrainRules.Page(HUGE | DIRTY, file, HUGE, file);
    assertThat(DrainRules.explain(wasThere, WRITE, false)).isEmpty();
    DrainRules.Page anonymous = new DrainRules.Page(PRESENT | DIRTY, PRESENT, PRESENT, PRESENT);
    assertThat(DrainRules.explain(anonymous, WRITE, false)).isEmpty();
  }

  @Test
  void aMovedPageMayNotLoseItsWrites() {
    DrainRules.Page lost =
        new DrainRules.Page(PRESENT | GONE, PRESENT | DIRTY, PRESENT | DIRTY | GONE, PRESENT);
    assertThat(DrainRules.explain(lost, MREMAP, false)).isEmpty();
  }

  /** What a kernel would say that forgets what was written to each page that it moves. */
  @Test
  void aMovedPageMayNotBeCleanForTheKernelOnly() {
    DrainRules.Page forgotten =
        new DrainRules.Page(PRESENT | GONE, PRESENT, PRESENT | DIRTY | GONE, PRESENT | DIRTY);
    assertThat(DrainRules.explain(forgotten, MREMAP, false)).isEmpty();
  }

  /** Where nothing was, the mapping alone is new. */
  @Test
  void anEmptyPageBesideMovedOnesMayBeSoftDirtyForTheSimulatedOnly() {
    DrainRules.Page empty = new DrainRules.Page(GONE, 0, DIRTY | GONE, DIRTY);
    assertThat(DrainRules.explain(empty, MREMAP, false))
        .containsExactly(Freedom.QUEUE_OF_NEW_MAPPING);
  }

  @Test
  void whatMremapMovedMayNotBeOtherwisePresent() {
    DrainRules.Page absent =
        new DrainRules.Page(PRESENT | DIRTY | GONE, DIRTY, PRESENT | GONE, PRESENT);
    assertThat(DrainRules.explain(absent, MREMAP, false)).isEmpty();
  }

  @Test
  void whatMremapGrewIsTold() {
    DrainRules.Page grown = new DrainRules.Page(DIRTY, 0, 0, 0);
    assertThat(DrainRules.explain(grown, MREMAP, false))
        .containsExactly(Freedom.QUEUE_OF_NEW_MAPPING);
    assertThat(DrainRules.explain(grown, WRITE, false)).isEmpty();
  }

  @Test
  void aNewMappingIsSoftDirtyToTheSimulatedKernel() {
    DrainRules.Page neighbour = new DrainRules.Page(0, 0, DIRTY, DIRTY);
    assertThat(DrainRules.explain(neighbour, MMAP, false))
        .containsExactly(Freedom.QUEUE_OF_NEW_MAPPING);
    assertThat(DrainRules.explain(neighbour, WRITE, false)).isEmpty();
  }

  @Test
  void aFileThatChangedIsNotToldByTheKernel() {
    DrainRules.Page untold = new DrainRules.Page(0, 0, DIRTY, 0);
    assertThat(DrainRules.explain(untold, FILE_WRITE, false))
        .containsExactly(Freedom.QUEUE_OF_FILE);
  }

  @Test
  void aMarkerIsNothingToTheKernel() {
    DrainRules.Page marker = new DrainRules.Page(0, 0, SWAPPED, SWAPPED);
    assertThat(DrainRules.explain(marker, WRITE, true)).containsExactly(Freedom.QUEUE_OF_MARKER);
    assertThat(DrainRules.explain(marker, WRITE, false)).isEmpty();
  }

  @Test
  void whatWasThereMayBeToldBesideGone() {
    DrainRules.Page unmapped = new DrainRules.Page(GONE | PRESENT, 0, GONE, 0);
    assertThat(DrainRules.explain(unmapped, WRITE, false))
        .containsExactly(Freedom.QUEUE_OF_UNMAPPED);
    DrainRules.Page mapped = new DrainRules.Page(PRESENT, PRESENT, 0, 0);
    assertThat(DrainRules.explain(mapped, WRITE, false)).isEmpty();
  }

  @Test
  void theTableOfASplitPageIsFilledEntryByEntry() {
    DrainRules.Page split = new DrainRules.Page(HUGE | PRESENT, PRESENT, HUGE, PRESENT);
    assertThat(DrainRules.explain(split, WRITE, false)).containsExactly(Freedom.QUEUE_OF_SPLIT);
  }

  /**
   * The flags are never free: whose GONE, COARSE or HOT differs is a mismatch. Of memory that is
   * not seen the kernel may say COARSE besides.
   */
  @Test
  void flagsAreNeverFree() {
    for (long flag : new long[] {GONE, Categories.COARSE, Categories.HOT}) {
      DrainRules.Page more = new DrainRules.Page(PRESENT | flag, PRESENT, PRESENT, PRESENT);
      DrainRules.Page less = new DrainRules.Page(PRESENT, PRESENT, PRESENT | flag, PRESENT);
      for (Operation operation : Set.of(MREMAP, MMAP, WRITE, FILE_WRITE)) {
        assertThat(DrainRules.explain(more, operation, true)).isEmpty();
        assertThat(DrainRules.explain(less, operation, true)).isEmpty();
        assertThat(DrainRules.agreesOnFlags(more)).isEqualTo(flag == Categories.COARSE);
        assertThat(DrainRules.agreesOnFlags(less)).isFalse();
      }
    }
  }

  private static Operation step(String text) {
    return ProgramParser.parse("layout huge\np0 " + text + "\n").operations().get(0);
  }
}
