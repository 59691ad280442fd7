package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was opened stays what it was, whatever the process and its number come to mean. */
@Tag("machine")
@Timeout(60)
class MemoryIdentityTest {

  private static final long PLACE = 0x5000_0000_0000L;
  private static final long VPN = Pages.vpn(PLACE);
  private static final long[] BOUNDS = {VPN, VPN + 1};
  private static final long STAMP = 4711;

  @TempDir static Path folder;
  private static Path odd;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.READ_MEMORY, Capability.PAGEMAP_SCAN);
    odd = CTarget.compile("odd", folder);
  }

  private static CTarget start(String mode) throws IOException {
    return CTarget.start(odd, PLACE, STAMP, mode);
  }

  private static long read(TrackedProcess process) {
    ByteBuffer page = Sys.struct(Pages.SIZE);
    assertThat(process.readPages(BOUNDS, 0, 1, page)).isOne();
    return page.getLong(0);
  }

  private static void assertGone(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MemoryGoneException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void assertAllGone(Reason reason, TrackedProcess process) {
    ByteBuffer page = Sys.struct(Pages.SIZE);
    assertGone(reason, process::maps);
    assertGone(reason, () -> process.readPagemap(VPN, 1, new long[1]));
    assertGone(
        reason,
        () ->
            process.scan(
                ScanRequest.of(VPN, VPN + 1, Categories.PRESENT), new PageRegionBuffer(1)));
    assertGone(reason, () -> process.readPages(BOUNDS, 0, 1, page));
    assertThat(page.position()).isZero();
    assertGone(reason, () -> process.clearRefs(4));
    assertGone(
        reason,
        () -> process.openFaultSamples(TrackedRanges.of(new PageRange(VPN, VPN + 1)), 1 << 20));
  }

  @Test
  void afterExecNothingReachesTheNewProgram() throws IOException {
    try (CTarget target = start("exec");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      assertThat(read(process)).isEqualTo(STAMP);
      int again = Integer.parseInt(target.ask("go"));
      assertThat(again).isEqualTo(process.pid());
      assertAllGone(Reason.EXEC, process);
      try (TrackedProcess anew = LinuxKernel.open().open(again)) {
        assertThat(read(anew)).isEqualTo(STAMP + 1);
      }
    }
  }

  @Test
  void afterExecOfAProcessThatSharedItsMemoryNothingReachesTheNewProgram() throws IOException {
    try (CTarget target = start("vfork");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      assertThat(read(process)).isEqualTo(STAMP);
      int again = Integer.parseInt(target.ask("go"));
      assertThat(again).isEqualTo(process.pid());
      ByteBuffer page = Sys.struct(Pages.SIZE);
      assertGone(Reason.EXEC, () -> process.readPages(BOUNDS, 0, 1, page));
      assertGone(Reason.EXEC, () -> process.clearRefs(4));
      assertGone(
          Reason.EXEC,
          () -> process.openFaultSamples(TrackedRanges.of(new PageRange(VPN, VPN + 1)), 1 << 20));
    }
  }

  @Test
  void aProcessThatEndedSaysSo() throws Exception {
    try (CTarget target = start("wait");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      target.kill();
      assertAllGone(Reason.ENDED, process);
    }
  }

  @Test
  void anotherProcessWithTheSameNumberIsNotTakenForIt() throws IOException {
    try (CTarget target = start("reborn");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      assertThat(read(process)).isEqualTo(STAMP);
      assumeTrue(target.ask("go").equals("done"), "choosing a number needs CAP_SYS_ADMIN");
      try (TrackedProcess other = LinuxKernel.open().open(process.pid())) {
        assertThat(read(other)).isEqualTo(STAMP + 1);
      }
      assertAllGone(Reason.ENDED, process);
    }
  }

  @Test
  void aProcessWhoseFirstThreadHasEndedIsTrackedOn() throws IOException {
    try (CTarget target = start("thread");
        TrackedProcess before = LinuxKernel.open().open(target.number())) {
      target.ask("go");
      try (TrackedProcess after = LinuxKernel.open().open(before.pid())) {
        for (TrackedProcess process : List.of(before, after)) {
          target.ask("write");
          assertThat(process.maps()).anyMatch(vma -> vma.startVpn() == VPN);
          long[] entry = new long[1];
          process.readPagemap(VPN, 1, entry);
          assertThat(PagemapEntry.PRESENT & entry[0]).isNotZero();
          process.clearRefs(4);
          process.openFaultSamples(TrackedRanges.of(new PageRange(VPN, VPN + 1)), 1 << 20).close();
        }
        assertThat(read(before)).isEqualTo(STAMP + 2);
        assertThat(read(after)).isEqualTo(STAMP + 2);
      }
    }
  }

  @Test
  void whatTheProcessItselfMayNotReadIsRead() throws IOException {
    try (CTarget target = start("none");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      target.ask("protect");
      assertThat(read(process)).isEqualTo(STAMP);
    }
  }

  @Test
  void aZombieHasNoMemory() throws IOException {
    try (CTarget target = start("zombie")) {
      int child = target.number();
      assertGone(Reason.ZOMBIE, () -> LinuxKernel.open().open(child));
    }
  }

  private static void awaitIn(String file, int pid, String text) throws IOException {
    while (!Files.readString(Path.of("/proc/" + pid, file)).contains(text)) {
      Thread.onSpinWait();
    }
  }

  /** Until its parent has waited for it, it reads as a zombie; when it was opened, it was none. */
  @Test
  void whatEndsWhileItIsOpenHasEndedThoughNobodyWaitedForIt() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
    try (BufferedReader said = parent.inputReader()) {
      int child = Integer.parseInt(said.readLine());
      awaitIn("comm", child, "sleep");
      try (TrackedProcess process = LinuxKernel.open().open(child)) {
        ProcessHandle.of(child).orElseThrow().destroyForcibly();
        awaitIn("stat", child, ") Z ");
        assertAllGone(Reason.ENDED, process);
      }
      assertGone(Reason.ZOMBIE, () -> LinuxKernel.open().open(child));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aThreadOfTheKernelHasNoMemory() {
    assertGone(Reason.KERNEL_THREAD, () -> LinuxKernel.open().open(2));
  }

  @Test
  void whatIsThrownSaysWhatToDo() throws IOException {
    try (CTarget target = start("exec");
        TrackedProcess process = LinuxKernel.open().open(target.number())) {
      target.ask("go");
      assertThatThrownBy(process::maps)
          .hasMessage(
              "process "
                  + process.pid()
                  + " runs another program now (exec); open it again to track that");
    }
  }

  @Test
  void aProcessThatEndsOrExecutesWhileItIsOpenedLeavesNoDescriptor() throws Exception {
    LinuxKernel.open().open((int) ProcessHandle.current().pid()).close();
    long before = descriptorsOfProcesses();
    for (int i = 0; i < 300; i++) {
      Process brief = new ProcessBuilder("/bin/true").start();
      while (brief.isAlive()) {
        openAndClose((int) brief.pid());
      }
    }
    assertThat(descriptorsOfProcesses()).isEqualTo(before);
  }

  private static void openAndClose(int pid) {
    try {
      LinuxKernel.open().open(pid).close();
    } catch (KernelException e) {
      assertThat(e.errno()).isEqualTo(Errno.ESRCH);
    }
  }

  private static long descriptorsOfProcesses() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(MemoryIdentityTest::isOfAProcess).count();
    }
  }

  private static boolean isOfAProcess(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().matches("/proc/\\d+(/task.*)?");
    } catch (IOException e) {
      return false; // the listing's own
    }
  }
}
