package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The mappings of a process that splits and merges them all the time. The kernel writes a few
 * kilobytes of the list in each read, and between two of them what comes next may have grown
 * downwards over what was written already.
 */
@Timeout(60)
class BusyMappingsTest {

  private static final int PAGES = 600;
  private static final int READS = 1500;

  @Test
  void aListOfMappingsThatMoveIsSortedAndDisjoint() throws InterruptedException {
    OnLinux.need(Capability.PAGEMAP_SCAN);
    AtomicBoolean busy = new AtomicBoolean(true);
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        TrackedProcess self = LinuxKernel.open().open((int) ProcessHandle.current().pid())) {
      Thread mover = new Thread(() -> moveBorders(area, busy));
      mover.start();
      try {
        for (int i = 0; i < READS; i++) {
          assertDisjoint(self.maps());
        }
      } finally {
        busy.set(false);
        mover.join();
      }
    }
  }

  /** Every page a mapping of its own, then two of three merged with a neighbour, and so on. */
  private static void moveBorders(MappedArea area, AtomicBoolean busy) {
    for (int round = 0; busy.get(); round++) {
      for (int page = 0; page < PAGES && busy.get(); page++) {
        int protection = (page + round) % 3 == 0 ? Abi.PROT_READ : Abi.PROT_READ | Abi.PROT_WRITE;
        long at = area.address() + Pages.address(page);
        Sys.check(Sys.libc().mprotect(at, Pages.SIZE, protection), "mprotect");
      }
    }
  }

  private static void assertDisjoint(List<Vma> mappings) {
    for (int i = 1; i < mappings.size(); i++) {
      Vma before = mappings.get(i - 1);
      Vma vma = mappings.get(i);
      assertThat(vma.startVpn())
          .as("%s after %s", vma, before)
          .isGreaterThanOrEqualTo(before.endVpn());
      assertThat(vma.pages()).isPositive();
    }
  }
}
