package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole process, armed from outside: it must work on as if nothing had happened. */
@Timeout(120)
class ArmingTest {

  private static final int MAPPINGS = 300;
  private static final long STRIDE = 8;
  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  @TempDir(factory = OnDisk.class)
  static Path folder;

  private static Path many;

  private CTarget target;
  private TrackedProcess process;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    many = CTarget.compile("many", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(many, MAPPINGS);
    firstVpn = Pages.vpn(target.longNumber());
    process = LinuxKernel.open().open(target.pid());
  }

  @AfterEach
  void end() {
    process.close();
    target.close();
  }

  private List<PageRange> registered() {
    return registeredIn(target.pid());
  }

  private static List<PageRange> registeredIn(int pid) {
    return Smaps.withFlag(Path.of("/proc", Integer.toString(pid), "smaps"), Smaps.UFFD_WP);
  }

  private ChangeQueue openQueue() {
    return process.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20));
  }

  private static List<Long> drain(ChangeQueue queue) {
    List<Long> pages = new ArrayList<>();
    queue.drain(
        (start, end, changed, now) -> {
          for (long vpn = start; vpn < end; vpn++) {
            pages.add(vpn);
          }
        });
    return pages;
  }

  private long page(int mapping) {
    return firstVpn + mapping * STRIDE;
  }

  private long newMapping() throws IOException {
    return Pages.vpn(Long.parseLong(target.ask("m")));
  }

  private void write(long vpn) throws IOException {
    target.ask("s " + Pages.address(vpn));
  }

  private void assertUnharmed() throws IOException, InterruptedException {
    assertThat(target.ask("c")).isEqualTo("right");
    assertThat(target.finish()).isZero();
  }

  @Test
  void aQueueOfMemoryThatNobodyRegisteredIsRefused() throws Exception {
    assertThatThrownBy(this::openQueue)
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("nothing in its ranges is armed")
        .hasMessageContaining("EOPNOTSUPP");
    assertUnharmed();
  }

  @Test
  void aQueueWhereNothingIsMappedYetIsOpened() throws Exception {
    TrackedRanges hole = TrackedRanges.of(new PageRange(16, 32));
    process.openChangeQueue(new ChangeQueueOptions(hole, 1 << 20)).close();
    assertUnharmed();
  }

  @Test
  void theWholeProcessIsRegisteredAndNothingIsLeftOfIt() throws Exception {
    int before = process.maps().size();
    try (Arming arming = process.arm(ALL)) {
      assertThat(registered()).hasSizeGreaterThanOrEqualTo(MAPPINGS);
      assertThat(process.maps()).hasSizeLessThan(before + 10);
      assertThat(arming.refresh()).isEmpty();
      target.ask("w 100 1");
    }
    assertThat(registered()).isEmpty();
    assertThat(process.maps()).hasSizeLessThan(before + 10);
    target.ask("w 100 2");
    assertUnharmed();
  }

  @Test
  void whatCannotBeTrackedIsListedWithItsReason() {
    try (Arming arming = process.arm(ALL)) {
      assertThat(arming.refused())
          .anySatisfy(
              refusal -> {
                assertThat(refusal.vma().path()).endsWith("/many");
                assertThat(refusal.reason()).startsWith("a file that may be on a disk");
              })
          .anySatisfy(
              refusal -> {
                assertThat(refusal.vma().path()).isEqualTo("[vdso]");
                assertThat(refusal.reason()).startsWith("memory of the kernel's own");
              });
      List<PageRange> registered = registered();
      assertThat(process.maps())
          .allMatch(
              vma ->
                  registered.stream().anyMatch(range -> range.contains(vma.startVpn()))
                      || arming.refused().stream().anyMatch(refusal -> refusal.vma().equals(vma))
                      || vma.path().equals("[vsyscall]"));
    }
  }

  @Test
  void aQueueOfTheWholeProcessSeesWritesAnywhere() throws Exception {
    try (Arming arming = process.arm(ALL);
        ChangeQueue queue = openQueue()) {
      drain(queue);
      write(page(0) + 1);
      write(page(MAPPINGS - 1) + 3);
      assertThat(drain(queue))
          .contains(page(0) + 1, page(MAPPINGS - 1) + 3)
          .doesNotContain(page(0), page(1) + 1);
      queue.drainExactly((start, end, changed, now) -> {});
      write(page(7) + 1);
      List<Long> exactly = new ArrayList<>();
      queue.drainExactly((start, end, changed, now) -> exactly.add(start));
      assertThat(exactly).contains(page(7) + 1).doesNotContain(page(8) + 1);
      assertThat(arming.refused()).isNotEmpty();
    }
    assertUnharmed();
  }

  @Test
  void aMappingMadeAfterOpeningIsSeenOnceRefreshed() throws Exception {
    try (Arming arming = process.arm(ALL);
        ChangeQueue queue = openQueue()) {
      long added = newMapping();
      assertThat(arming.refresh()).contains(new PageRange(added, added + 16));
      drain(queue);
      assertThat(arming.refresh()).isEmpty();
      write(added + 5);
      assertThat(drain(queue)).contains(added + 5).doesNotContain(added + 4);
      target.ask("d " + Pages.address(added));
      long again = newMapping();
      assertThat(arming.refresh()).contains(new PageRange(again, again + 16));
    }
    assertThat(registered()).isEmpty();
    assertUnharmed();
  }

  @Test
  void refreshLosesNoWriteToWhatIsRegisteredBetweenNewMappings() throws Exception {
    target.ask("d " + Pages.address(page(10)));
    target.ask("d " + Pages.address(page(200)));
    try (Arming arming = process.arm(ALL);
        ChangeQueue queue = openQueue()) {
      queue.drainExactly((start, end, changed, now) -> {});
      write(page(100) + 2);
      target.ask("a " + Pages.address(page(10)));
      target.ask("a " + Pages.address(page(200)));
      assertThat(arming.refresh())
          .contains(new PageRange(page(10), page(10) + 4), new PageRange(page(200), page(200) + 4));
      assertThat(drain(queue)).contains(page(100) + 2);
    }
  }

  @Test
  void whatIsExcludedIsNotTouched() throws Exception {
    PageRange excluded = new PageRange(page(100), page(200));
    try (Arming arming = process.arm(ALL.without(List.of(excluded)))) {
      assertThat(registered())
          .noneMatch(range -> excluded.contains(range.startVpn()))
          .anyMatch(range -> range.startVpn() == page(99))
          .anyMatch(range -> range.startVpn() == page(200));
      assertThat(arming.refresh()).isEmpty();
    }
    assertThat(registered()).isEmpty();
    assertUnharmed();
  }

  @Test
  void closingAfterTheProcessHasGoneIsQuiet() throws Exception {
    Arming arming = process.arm(ALL);
    target.kill();
    arming.close();
    arming.close();
    assertThatThrownBy(arming::refresh).hasMessage("process " + target.pid() + " has ended");
  }

  @Test
  void closingTheProcessDisarmsWhatWasArmedThroughIt() throws Exception {
    Arming arming = process.arm(ALL);
    process.close();
    assertThat(registered()).isEmpty();
    arming.close();
    assertUnharmed();
  }

  @Test
  void aChildWhoseUserfaultfdIsItsParentsIsArmedByOneOfItsOwn() throws Exception {
    int child = Integer.parseInt(target.ask("f"));
    try (TrackedProcess forked = LinuxKernel.open().open(child);
        Arming arming = forked.arm(ALL)) {
      assertThat(arming.stoppedNanos()).isPositive();
      assertThat(registeredIn(child)).hasSizeGreaterThanOrEqualTo(MAPPINGS);
      assertThat(registered()).isEmpty();
    }
    assertThat(registeredIn(child)).isEmpty();
    assertUnharmed();
  }

  @Test
  void armingAChildLeavesItsArmedParentArmed() throws Exception {
    try (Arming arming = process.arm(ALL);
        ChangeQueue queue = openQueue()) {
      drain(queue);
      int before = registered().size();
      int child = Integer.parseInt(target.ask("f"));
      try (TrackedProcess forked = LinuxKernel.open().open(child)) {
        forked.arm(ALL).close();
      }
      assertThat(registered()).hasSize(before);
      write(page(7) + 1);
      assertThat(drain(queue)).contains(page(7) + 1);
      assertThat(arming.refresh()).isEmpty();
    }
    assertUnharmed();
  }

  @Test
  void aChildThatHasAUserfaultfdOfItsOwnBesideItsParentsIsArmed() throws Exception {
    int child = Integer.parseInt(target.ask("o"));
    try (TrackedProcess forked = LinuxKernel.open().open(child);
        Arming arming = forked.arm(ALL)) {
      assertThat(registeredIn(child)).hasSizeGreaterThanOrEqualTo(MAPPINGS);
      assertThat(arming.stoppedNanos()).isZero();
      assertThat(registered()).isEmpty();
      assertThat(arming.refresh()).isEmpty();
    }
    assertUnharmed();
  }
}
