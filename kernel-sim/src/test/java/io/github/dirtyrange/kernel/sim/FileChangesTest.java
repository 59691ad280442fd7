package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a system call changes in a file is told to the queue of whoever maps it. */
class FileChangesTest {

  private static final long P = Pages.SIZE;
  private static final long START = 1L << 30;
  private static final long VPN = Pages.vpn(START);
  private static final int RW = Prot.READ | Prot.WRITE;

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private SimProcess process = kernel.spawn();

  /** Registered memory, by WRITTEN; memory that is not, by soft-dirty. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHoleAFileCutAndAWriteAreTold(boolean registered) {
    SimFile file = file(registered, Mmap.SHARED);
    ChangeQueue queue = opened();
    file.punchHole(2 * P, P);
    assertThat(written(queue, registered)).containsExactly(2L);
    process.madvise(START + 3 * P, P, Advice.REMOVE);
    assertThat(written(queue, registered)).containsExactly(3L);
    file.write(5 * P, 7);
    assertThat(written(queue, registered)).containsExactly(5L);
    file.truncate(6 * P);
    assertThat(written(queue, registered)).containsExactly(6L, 7L);
    file.truncate(5 * P + 100);
    assertThat(written(queue, registered)).containsExactly(5L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatHeldNothingDoesNotChange(boolean registered) {
    SimFile file = file(registered, Mmap.SHARED);
    file.punchHole(2 * P, P);
    ChangeQueue queue = opened();
    file.punchHole(2 * P, P);
    assertThat(written(queue, registered)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPrivateCopyDoesNotChangeWithTheFile(boolean registered) {
    SimFile file = file(registered, Mmap.PRIVATE);
    file.write(4 * P, 6);
    ChangeQueue queue = opened();
    file.write(2 * P, 7);
    file.write(4 * P, 7);
    file.punchHole(3 * P, 2 * P);
    assertThat(written(queue, registered)).isEmpty();
    assertThat(process.load(START + 2 * P)).isEqualTo(1);

    process.madvise(START + 4 * P, P, Advice.DONTNEED);
    written(queue, registered);
    file.write(4 * P, 8);
    assertThat(written(queue, registered)).containsExactly(4L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWriteIsCountedByItsCause(boolean registered) {
    SimFile file = file(registered, Mmap.SHARED);
    ChangeQueue queue = opened();
    file.write(5 * P, 7);
    DrainReport report = queue.drain((startVpn, endVpn, changed, now) -> {});
    assertThat(report.causes().pages(ChangeCause.FILE_WRITE)).isEqualTo(1);
  }

  /** Memory that is armed both ways is written both ways, as by a store. */
  @ParameterizedTest
  @ValueSource(longs = {Categories.WRITTEN, Categories.SOFT_DIRTY})
  void aQueueOfOneOfBothCategoriesIsTold(long category) {
    SimFile file = file(false, Mmap.SHARED);
    process.registerWriteProtect(VPN, VPN + 8);
    ChangeQueue queue =
        process
            .tracked()
            .openChangeQueue(
                new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20)
                    .withChanged(category));
    boolean registered = category == Categories.WRITTEN;
    written(queue, registered);
    process.store(START + 2 * P, 7);
    assertThat(written(queue, registered)).containsExactly(2L);
    file.write(5 * P, 7);
    assertThat(written(queue, registered)).containsExactly(5L);
  }

  /** Eight pages, all stored to. */
  private SimFile file(boolean registered, int sharing) {
    SimKernel booted = registered ? new SimKernel(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY)) : kernel;
    process = booted.spawn();
    SimFile file = booted.createMemfd("x");
    file.truncate(8 * P);
    process.mmapFile(START, 8 * P, RW, sharing | Mmap.FIXED, file, 0);
    if (registered) {
      process.registerWriteProtect(VPN, VPN + 8);
    }
    process.storeRange(START, 8 * P, 1);
    return file;
  }

  private ChangeQueue opened() {
    ChangeQueue queue =
        process
            .tracked()
            .openChangeQueue(new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20));
    written(queue, true);
    return queue;
  }

  private static Iterable<Long> written(ChangeQueue queue, boolean registered) {
    long category = registered ? Categories.WRITTEN : Categories.SOFT_DIRTY;
    Map<Long, Long> told = new TreeMap<>();
    ChangeSink sink =
        (startVpn, endVpn, changed, now) -> {
          for (long vpn = startVpn; vpn < endVpn && (changed & category) != 0; vpn++) {
            told.put(vpn - VPN, changed);
          }
        };
    queue.drain(sink);
    return told.keySet();
  }
}
