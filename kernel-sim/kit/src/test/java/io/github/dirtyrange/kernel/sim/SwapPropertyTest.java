package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The same program, once with steps that take pages out of memory and once without. */
class SwapPropertyTest {

  private static final Window WINDOW = Window.SMALL;

  /** Going to swap and coming back keeps what pages hold, and bits 55 and 57. */
  @Property(tries = 1_000)
  void reclaimChangesNothingButPresence(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    SimKernel swapping = new SimKernel(profile);
    SimProcess swapped = swapping.spawn();
    SimProcess kept = new SimKernel(profile).spawn();
    for (Step step : program) {
      step.run(WINDOW, swapped, swapped.tracked());
      if (step.kind() != Kind.PAGEOUT) {
        step.run(WINDOW, kept, kept.tracked());
      }
      assertSameBits(swapped, kept, step);
    }
    assertSameContent(swapped, kept);
    swapped.exit();
    assertThat(swapping.framesInUse()).isZero();
    assertThat(swapping.slotsInUse()).isZero();
  }

  private static void assertSameBits(SimProcess swapped, SimProcess kept, Step step) {
    long[] some = entries(swapped);
    long[] other = entries(kept);
    long compared = PagemapEntry.SOFT_DIRTY | PagemapEntry.UFFD_WP;
    for (int i = 0; i < some.length; i++) {
      assertThat(PagemapEntry.toString(some[i] & compared))
          .as("page %d after %s", i, step)
          .isEqualTo(PagemapEntry.toString(other[i] & compared));
    }
  }

  private static long[] entries(SimProcess process) {
    long[] entries = new long[WINDOW.pages()];
    process.tracked().readPagemap(WINDOW.base(), entries.length, entries);
    return entries;
  }

  private static void assertSameContent(SimProcess swapped, SimProcess kept) {
    for (int i = 0; i < WINDOW.pages(); i++) {
      assertThat(content(swapped, i)).as("page %d", i).isEqualTo(content(kept, i));
    }
  }

  /** {@return what a page holds, or -1 if it cannot be read} */
  private static long content(SimProcess process, int page) {
    ByteBuffer bytes = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    long vpn = WINDOW.base() + page;
    long read = process.tracked().readPages(new long[] {vpn, vpn + 1}, 0, 1, bytes);
    return read == 1 ? bytes.getLong(0) : -1;
  }

  /** Shared memory loses its bits when it is reclaimed. */
  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(
        EnumSet.of(
            Kind.MMAP,
            Kind.MMAP_READ_ONLY,
            Kind.MUNMAP,
            Kind.STORE,
            Kind.STORE_RANGE,
            Kind.LOAD,
            Kind.CLEAR_REFS,
            Kind.REGISTER,
            Kind.TAKE_WRITTEN,
            Kind.MREMAP,
            Kind.MPROTECT_READ,
            Kind.MPROTECT_WRITE,
            Kind.DONTNEED,
            Kind.FORK_AND_EXIT,
            Kind.PAGEOUT));
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V6_1, Profile.V6_12, Profile.V7_3);
  }
}
