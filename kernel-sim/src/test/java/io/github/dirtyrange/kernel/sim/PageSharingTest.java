package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageSharing;
import io.github.dirtyrange.kernel.PageSharing.Place;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSharingTest {

  private static final long P = Pages.SIZE;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess parent = kernel.spawn();

  @Test
  void forkSharesUntilOneSideWrites() {
    long area = written(3);
    SimProcess child = parent.fork();
    child.store(area + P, 9);

    assertThat(shared(parent, child)).containsExactly(both(child, area, 0), both(child, area, 2));
  }

  @Test
  void swapInByOneSideDoesNotPartThem() {
    long area = written(1);
    SimProcess child = parent.fork();
    kernel.reclaim(new MappedPage(child, Pages.vpn(area)));
    parent.load(area);

    assertThat(present(parent, area)).isTrue();
    assertThat(present(child, area)).isFalse();
    assertThat(shared(parent, child)).containsExactly(both(child, area, 0));
  }

  @Test
  void migrationDoesNotPartThem() {
    long area = written(1);
    SimProcess child = parent.fork();
    parent.softOffline(area);

    assertThat(shared(parent, child)).containsExactly(both(child, area, 0));
  }

  @Test
  void sharedMemoryIsTheSameEvenWhereOneHasNotTouchedIt() {
    SimFile file = kernel.createMemfd("m");
    file.truncate(2 * P);
    long area = parent.mmapFile(0, 2 * P, Prot.READ | Prot.WRITE, Mmap.SHARED, file, 0);
    SimProcess child = parent.fork();
    parent.store(area, 1);
    parent.madvise(area, P, Advice.PAGEOUT);

    assertThat(shared(parent, child)).containsExactly(both(child, area, 0), both(child, area, 1));
  }

  @Test
  void mergedPagesAreOne() {
    long area = written(2);
    parent.store(area + P, 1);
    parent.store(area, 1);
    parent.madvise(area, 2 * P, Advice.MERGEABLE);
    assertThat(shared(parent)).isEmpty();

    kernel.mergeSamePages();

    assertThat(shared(parent))
        .containsExactly(new PageSharing(List.of(place(parent, area, 0), place(parent, area, 1))));
  }

  @Test
  void untouchedMemoryIsNobodys() {
    long area = parent.mmap(2 * P);
    parent.load(area);
    SimProcess child = parent.fork();

    assertThat(shared(parent, child)).isEmpty();
  }

  private long written(int pages) {
    long area = parent.mmap(pages * P);
    for (int i = 0; i < pages; i++) {
      parent.store(area + i * P, 1 + i);
    }
    return area;
  }

  private static boolean present(SimProcess process, long address) {
    long[] entry = new long[1];
    process.tracked().readPagemap(Pages.vpn(address), 1, entry);
    return (entry[0] & PagemapEntry.PRESENT) != 0;
  }

  private PageSharing both(SimProcess child, long area, int page) {
    return new PageSharing(List.of(place(parent, area, page), place(child, area, page)));
  }

  private static Place place(SimProcess process, long area, int page) {
    return new Place(process.pid(), Pages.vpn(area) + page);
  }

  private static List<PageSharing> shared(SimProcess... processes) {
    return PageSharing.among(List.of(processes).stream().map(SimProcess::tracked).toList());
  }
}
