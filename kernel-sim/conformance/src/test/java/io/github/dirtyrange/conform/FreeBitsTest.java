package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

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
}
