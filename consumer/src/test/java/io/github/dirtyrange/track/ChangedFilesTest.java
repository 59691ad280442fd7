package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls that change a file change what its mappings hold, and no page table shows it. Laws L1 and
 * L11: of every page that holds something else after an exact round, the tracker says that it
 * changed, or has it in its list of what is not seen.
 */
@Timeout(120)
class ChangedFilesTest {

  /** What is done to a file that is mapped. */
  private enum Change {
    /** By a store: the one that everybody sees. */
    STORED {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.store(files.vpn(file, shared) + 3, 99);
      }
    },
    PUNCHED {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.punch(file, 2, 3);
      }
    },
    REMOVED {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.remove(files.vpn(file, true) + 2, 3);
      }
    },
    CUT {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.truncate(file, 2L * Pages.SIZE);
        files.truncate(file, (long) MappedFiles.PAGES * Pages.SIZE);
      }
    },
    /** Within a page, of which the tail becomes zeros in place. */
    CUT_WITHIN_A_PAGE {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.truncate(file, 3L * Pages.SIZE + 4);
        files.truncate(file, (long) MappedFiles.PAGES * Pages.SIZE);
      }
    },
    WRITTEN {
      @Override
      void to(MappedFiles files, int file, boolean shared) throws IOException {
        files.write(file, 4, 77);
      }
    };

    abstract void to(MappedFiles files, int file, boolean shared) throws IOException;
  }

  private static final long LARGE = 0x1122334455667788L;

  /** A simulated page is its first eight bytes, whole or not at all. */
  private static final Set<Change> SIMULATED =
      EnumSet.complementOf(EnumSet.of(Change.CUT_WITHIN_A_PAGE));

  @TempDir static Path folder;

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void onTheSimulatedKernel(Strategy strategy) throws IOException {
    for (Change change : SIMULATED) {
      for (int mapping = 0; mapping < 4; mapping++) {
        try (MappedFiles files = MappedFiles.simulated(Profile.V7_3)) {
          holdsTheLaws(files, strategy, change, mapping / 2, mapping % 2 == 0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void onTheRunningKernel(Strategy strategy) throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    Path binary = CTarget.compile("files", folder);
    for (Change change : Change.values()) {
      for (boolean shared : new boolean[] {true, false}) {
        try (MappedFiles files = MappedFiles.running(binary, folder)) {
          holdsTheLaws(files, strategy, change, MappedFiles.MEMFD, shared);
        }
      }
    }
  }

  /**
   * A memfd: files on a disk are not armed. On Linux an exact drain tells of stores alone: this is
   * what docs/linux-queue.md says.
   */
  @ParameterizedTest
  @EnumSource
  void whatAnExactDrainOfTheRunningKernelTells(Change change) throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    Path binary = CTarget.compile("files", folder);
    for (boolean shared : new boolean[] {true, false}) {
      try (MappedFiles files = MappedFiles.running(binary, folder)) {
        Found found = find(files, Strategy.QUEUE, change, MappedFiles.MEMFD, shared);
        assertThat(found.different()).isNotEmpty();
        assertThat(found.told()).isEqualTo(change == Change.STORED ? found.different() : Set.of());
      }
    }
  }

  /** The pages that hold something else, those of them that are told, and that are said unseen. */
  private record Found(Set<Integer> different, Set<Integer> told, Set<Integer> unseen) {}

  private static void holdsTheLaws(
      MappedFiles files, Strategy strategy, Change change, int file, boolean shared)
      throws IOException {
    Found found = find(files, strategy, change, file, shared);
    Set<Integer> silent = new TreeSet<>(found.different());
    silent.removeAll(found.told());
    silent.removeAll(found.unseen());
    assertThat(silent).as("%s, file %d, shared: %s", change, file, shared).isEmpty();
    assertThat(found.different()).isNotEmpty();
  }

  private static Found find(
      MappedFiles files, Strategy strategy, Change change, int file, boolean shared)
      throws IOException {
    long vpn = files.vpn(file, shared);
    PageRange range = new PageRange(vpn, vpn + MappedFiles.PAGES);
    ChangeQueueOptions options = new ChangeQueueOptions(TrackedRanges.of(range), 1 << 20);
    files.write(file, 3, LARGE);
    files.store(vpn + 5, LARGE); // of a private mapping, a page of its own
    Found found = new Found(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    ChangedPages changed = new ChangedPages();
    try (Arming arming = files.process().arm(options.ranges());
        ChangeTracker tracker = strategy.open(files.kernel(), files.process(), options)) {
      assertThat(arming.refused()).isEmpty();
      tracker.start();
      List<Long> before = contents(files, vpn);
      change.to(files, file, shared);
      tracker.collectExactly(changed);
      List<Unseen> unseen = tracker.unseen();
      List<Long> after = contents(files, vpn);
      for (int page = 0; page < MappedFiles.PAGES; page++) {
        if (!before.get(page).equals(after.get(page))) {
          found.different().add(page);
          addIf(isTold(changed, vpn + page), page, found.told());
          addIf(isUnseen(unseen, vpn + page), page, found.unseen());
        }
      }
    }
    return found;
  }

  private static void addIf(boolean wanted, int page, Set<Integer> pages) {
    if (wanted) {
      pages.add(page);
    }
  }

  private static List<Long> contents(MappedFiles files, long vpn) throws IOException {
    List<Long> contents = new ArrayList<>();
    for (int page = 0; page < MappedFiles.PAGES; page++) {
      contents.add(files.load(vpn + page));
    }
    return contents;
  }

  private static boolean isTold(ChangedPages changed, long vpn) {
    for (int i = 0; i < changed.ranges(); i++) {
      if (changed.startVpn(i) <= vpn && vpn < changed.endVpn(i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnseen(List<Unseen> unseen, long vpn) {
    return unseen.stream().anyMatch(part -> part.startVpn() <= vpn && vpn < part.endVpn());
  }
}
