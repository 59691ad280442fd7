package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * While a file on a disk is armed, mlock of a mapping of it may never return; so it is not, and is
 * said to be unseen. Where it was armed, this test ends by its timeout, in the target's mlock.
 */
class FilesOnDiskTest {

  private static final int PAGES = 8;
  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  @TempDir(factory = OnDisk.class)
  static Path folder;

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aProcessMayLockAFileAfterItsPagesHaveGone() throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    Path binary = CTarget.compile("files", folder);
    try (CTarget target = CTarget.start(binary, folder)) {
      assertFilesAreLeftOutAndCanBeLocked(target);
    }
  }

  /** What is mapped between the listing and the call that registers is in neither list. */
  @Test
  @Timeout(120)
  void aFileThatIsMappedMeanwhileIsNotArmedEither() throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    Path binary = CTarget.compile("files", folder);
    try (CTarget target = CTarget.start(binary, folder)) {
      for (int mapping = 0; mapping < 4; mapping++) {
        target.longNumber();
      }
      assertThat(target.ask("b")).isEqualTo("0");
      Path smaps = Path.of("/proc", Integer.toString(target.pid()), "smaps");
      try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
        for (int i = 0; i < 40; i++) {
          try (Arming arming = process.arm(ALL)) {
            arming.refresh();
            assertThat(armedMappings(smaps)).noneMatch(line -> line.contains(folder.toString()));
          }
        }
      }
    }
  }

  /** Anybody may mount a disk where memory is expected. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFolderOfADiskIsOneWhateverItIsCalled() throws Exception {
    Path binary = CTarget.compile("files", folder);
    try (CTarget target = startAfter("mount --bind " + folder + " /dev/shm", binary, "/dev/shm")) {
      assertFilesAreLeftOutAndCanBeLocked(target);
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aTmpfsIsMemoryWhereverItIsMounted() throws Exception {
    Path binary = CTarget.compile("files", folder);
    Path place = Files.createDirectory(folder.resolve("tmpfs"));
    try (CTarget target = startAfter("mount -t tmpfs none " + place, binary, place)) {
      target.longNumber();
      target.longNumber();
      long shared = target.longNumber();
      long own = target.longNumber();
      try (TrackedProcess process = LinuxKernel.open().open(target.pid());
          Arming arming = process.arm(ALL);
          ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20))) {
        assertThat(arming.refused())
            .noneMatch(refusal -> refusal.vma().path().startsWith(place.toString()));
        assertThat(queue.unseen()).noneMatch(part -> covers(part, shared) || covers(part, own));
        locks(target, shared);
        locks(target, own);
      }
    }
  }

  /** Starts the target in a mount namespace of its own, in which something is mounted first. */
  private static CTarget startAfter(String mounting, Path binary, Object place) throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    Process mayMount = new ProcessBuilder("unshare", "-m", "true").start();
    assumeTrue(mayMount.waitFor() == 0, "unshare -m is not allowed here");
    String script = mounting + " && exec " + binary + " " + place;
    return CTarget.start(Path.of("unshare"), "-m", "sh", "-c", script);
  }

  /** {@return the first lines of all mappings that are registered} */
  private static List<String> armedMappings(Path smaps) throws IOException {
    List<String> armed = new ArrayList<>();
    String mapping = "";
    for (String line : Files.readAllLines(smaps)) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        mapping = line;
      } else if (line.startsWith("VmFlags:") && line.contains(" uw")) {
        armed.add(mapping);
      }
    }
    return armed;
  }

  private static void assertFilesAreLeftOutAndCanBeLocked(CTarget target) throws IOException {
    target.longNumber();
    target.longNumber();
    long shared = target.longNumber();
    long own = target.longNumber();
    try (TrackedProcess process = LinuxKernel.open().open(target.pid());
        Arming arming = process.arm(ALL);
        ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20))) {
      assertLeftOut(arming, queue, shared);
      assertLeftOut(arming, queue, own);
      locks(target, shared);
      locks(target, own);
    }
  }

  private static void assertLeftOut(Arming arming, ChangeQueue queue, long address) {
    long vpn = Pages.vpn(address);
    assertThat(arming.refused())
        .anySatisfy(
            refusal -> {
              assertThat(refusal.vma().startVpn()).isEqualTo(vpn);
              assertThat(refusal.reason()).startsWith("a file that may be on a disk");
            });
    assertThat(queue.unseen()).anyMatch(part -> covers(part, address));
  }

  private static boolean covers(Unseen part, long address) {
    long vpn = Pages.vpn(address);
    return part.startVpn() <= vpn && vpn + PAGES <= part.endVpn();
  }

  /** The pages are punched out of the file first; armed, they would leave markers. */
  private static void locks(CTarget target, long address) throws IOException {
    assertThat(target.ask("p 1 0 " + PAGES * Pages.SIZE)).isEqualTo("0");
    assertThat(target.ask("k " + address + " " + PAGES * Pages.SIZE)).isEqualTo("0");
  }
}
