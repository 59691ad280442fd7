package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left to the running kernel after a difference, and what is not. */
class FreeBitsTest {

  private static final Operation HUGE =
      new Operation.Mmap(0, 0, 1L << 22, X64Abi.PROT_READ, X64Abi.MAP_PRIVATE);
  private static final Operation SMALL =
      new Operation.Mmap(0, 0, 4096, X64Abi.PROT_READ, X64Abi.MAP_PRIVATE);
  private static final Operation PROTECT = new Operation.Mprotect(0, 0, 4096, 0);
  private static final Operation LOAD = new Operation.Load(0, 0);

  private final FreeBits freeBits = new FreeBits();

  private boolean explains(Operation mapped, Operation last, String real, String simulated) {
    Mismatch mismatch = new Mismatch(1, "pagemap ------D", "a page", real, simulated);
    return freeBits.explains(List.of(mapped), last, mismatch);
  }

  @Test
  void partsOfAHugePageThatAreSoftDirtyTooSoonAreTheKernelsBusiness() {
    assertThat(explains(HUGE, PROTECT, "P----XD", "P----X-")).isTrue();
    assertThat(freeBits.used()).containsEntry(FreeBits.Freedom.DIRTY_IN_BATCHES, 1L);
  }

  @Test
  void anythingElseIsADifference() {
    assertThat(explains(HUGE, PROTECT, "P----X-", "P----XD")).isFalse();
    assertThat(explains(SMALL, PROTECT, "P----XD", "P----X-")).isFalse();
    assertThat(explains(HUGE, LOAD, "P----XD", "P----X-")).isFalse();
    assertThat(freeBits.used()).isEmpty();
  }

  private static Operation scan(long required, long returned) {
    return new Operation.Scan(0, 0, 0, 4096, 8, 0, 0, required, 0, returned);
  }

  @Test
  void whereQueuesAreDrainedTheSoftDirtyOfThePoolIsNotLookedAt() {
    Operation pool =
        new Operation.Mmap(
            0, 0, 1L << 21, X64Abi.PROT_READ, X64Abi.MAP_PRIVATE | X64Abi.MAP_HUGETLB);
    assertThat(freeBits.skipsDrained(List.of(pool), scan(0, Categories.SOFT_DIRTY))).isTrue();
    assertThat(freeBits.skipsDrained(List.of(pool), scan(Categories.SOFT_DIRTY, 0))).isTrue();
    assertThat(freeBits.used()).containsEntry(FreeBits.Freedom.SCAN_OF_POOL, 2L);
    assertThat(freeBits.skipsDrained(List.of(pool), scan(0, Categories.PRESENT))).isFalse();
    assertThat(freeBits.skipsDrained(List.of(HUGE), scan(0, Categories.SOFT_DIRTY))).isFalse();
    assertThat(freeBits.skipsDrained(List.of(pool), LOAD)).isFalse();
    assertThat(freeBits.skips(List.of(pool), scan(0, Categories.SOFT_DIRTY))).isFalse();
  }
}
