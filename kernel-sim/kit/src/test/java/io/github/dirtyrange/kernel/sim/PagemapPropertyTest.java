package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every bit of pagemap, and what every page holds, against memory told page by page. */
class PagemapPropertyTest {

  private static final Window WINDOW = Window.SMALL;

  @Property(tries = 2_000)
  void pagemapReadsWhatTheRulesSay(@ForAll("programs") List<Step> program) {
    SimKernel kernel = new SimKernel(Profile.V7_3);
    SimProcess process = kernel.spawn();
    TrackedProcess tracked = process.tracked();
    DenseMemory dense = new DenseMemory();
    long[] entries = new long[WINDOW.pages()];
    for (Step step : program) {
      step.run(WINDOW, process, tracked);
      dense.run(step, tracked);
      assertThat(tracked.readPagemap(WINDOW.base(), WINDOW.pages(), entries))
          .isEqualTo(WINDOW.pages());
      for (int i = 0; i < WINDOW.pages(); i++) {
        assertThat(PagemapEntry.toString(entries[i]))
            .as("page %d after %s", i, step)
            .isEqualTo(PagemapEntry.toString(dense.entry(i)));
      }
    }
    assertContents(tracked, dense);
    process.exit();
    assertThat(kernel.framesInUse()).isZero();
  }

  private static void assertContents(TrackedProcess tracked, DenseMemory dense) {
    ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < WINDOW.pages(); i++) {
      page.clear();
      long vpn = WINDOW.base() + i;
      long read = tracked.readPages(new long[] {vpn, vpn + 1}, 0, 1, page);
      assertThat(read).isEqualTo(dense.isReadable(i) ? 1 : 0);
      if (dense.isReadable(i)) {
        assertThat(page.getLong(0)).isEqualTo(dense.stamp(i));
      }
    }
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(Step.SIMPLE);
  }
}
