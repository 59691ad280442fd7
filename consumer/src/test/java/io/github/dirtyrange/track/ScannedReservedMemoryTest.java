package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process has reserved (PROT_NONE) is no change for a scan either, and is not armed. */
@Timeout(60)
class ScannedReservedMemoryTest {

  /** 8 GiB: armed, it would take page tables of 16 MiB. */
  private static final int PAGES = 1 << 21;

  private static final int COMMITTED = 100;
  private static final int TABLE_KILOBYTES = 64;

  @TempDir Path folder;

  private CTarget target;
  private TrackedProcess process;
  private Arming arming;
  private List<PageRange> ranges;
  private PagemapScanTracker tracker;
  private long firstVpn;
  private long before;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);
    target = CTarget.start(CTarget.compile("reserve", folder), PAGES, COMMITTED);
    firstVpn = Pages.vpn(target.longNumber());
    Kernel kernel = LinuxKernel.open();
    process = kernel.open(target.pid());
    ranges = List.of(new PageRange(firstVpn, firstVpn + PAGES));
    arming = process.arm(TrackedRanges.of(ranges));
    tracker = new PagemapScanTracker(kernel, process, ranges);
    tracker.start();
    before = tableKilobytes();
  }

  @AfterEach
  void close() {
    if (target != null) {
      tracker.close();
      arming.close();
      process.close();
      target.close();
    }
  }

  private long tableKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + target.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmPTE:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private void tell(String line) throws IOException {
    assertThat(target.ask(line)).isEqualTo("done");
  }

  private List<PageRange> told() {
    ChangedPages changed = new ChangedPages();
    tracker.collect(changed);
    return list(changed);
  }

  private List<PageRange> list(ChangedPages changed) {
    List<PageRange> told = new ArrayList<>();
    for (int i = 0; i < changed.ranges(); i++) {
      told.add(new PageRange(changed.startVpn(i) - firstVpn, changed.endVpn(i) - firstVpn));
    }
    return told;
  }

  @Test
  void isNoChangeAndIsNotArmed() throws IOException {
    assertThat(told()).isEmpty();
    tell("write 99 1");
    assertThat(told()).containsExactly(new PageRange(99, 100));
    assertThat(tableKilobytes() - before).isLessThan(TABLE_KILOBYTES);
  }

  @Test
  void whatIsCommittedIsSeenFromItsFirstWriteOn() throws IOException {
    assertThat(told()).isEmpty();
    tell("commit 100 9900");
    tell("write 5000 3");
    assertThat(told()).containsExactly(new PageRange(5000, 5003));
    tell("write 5001 1");
    tell("write 5004 1");
    tell("write 9000 1");
    assertThat(told())
        .containsExactly(
            new PageRange(5001, 5002), new PageRange(5004, 5005), new PageRange(9000, 9001));
    tell("drop 5000 3");
    assertThat(told()).containsExactly(new PageRange(5000, 5003));
    assertThat(told()).isEmpty();
    assertThat(tableKilobytes() - before).isLessThan(TABLE_KILOBYTES);
  }

  @Test
  void whatIsWrittenAndHiddenAgainIsTold() throws IOException {
    tell("commit 7000 1000");
    tell("write 7100 600");
    tell("hide 7000 1000");
    assertThat(told()).containsExactly(new PageRange(7100, 7700));
    assertThat(told()).isEmpty();
  }

  /** It held something when the tracker began: no change by itself, and its going is one. */
  @Test
  void whatWasHiddenBeforeIsToldWhenItIsDropped() throws IOException {
    tell("commit 7000 1000");
    tell("write 7100 600");
    tell("hide 7000 1000");
    tracker.start();
    assertThat(told()).isEmpty();
    tell("drop 7200 3");
    assertThat(told()).containsExactly(new PageRange(7200, 7203));
    assertThat(told()).isEmpty();
  }

  /** As adaptive has it, whose queue arms in rounds of its own. */
  @Test
  void whatAnotherWayHasArmedIsSeenToGo() throws IOException {
    WrittenScan other = new WrittenScan(process, ranges);
    WrittenScan scan = new WrittenScan(process, ranges);
    other.start();
    scan.start();
    tell("commit 5000 10");
    tell("write 5000 3");
    ChangedPages told = new ChangedPages();
    other.takeInto(told);
    assertThat(list(told)).containsExactly(new PageRange(5000, 5003));
    scan.armedElsewhere(told);
    tell("drop 5000 3");
    ChangedPages gone = new ChangedPages();
    scan.takeInto(gone);
    assertThat(list(gone)).containsExactly(new PageRange(5000, 5003));
  }
}
