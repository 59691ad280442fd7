package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory that a process has reserved (PROT_NONE) costs nothing, and is no change. */
@Timeout(60)
class ReservedMemoryTest {

  /** 4 GiB: armed, it would take page tables of 8 MiB. */
  private static final int PAGES = 1 << 20;

  private static final int COMMITTED = 100;

  @TempDir static Path folder;
  private static Path reserve;

  private CTarget target;
  private TrackedProcess process;
  private Arming arming;
  private ChangeQueue queue;
  private long firstVpn;
  private long tableKilobytes;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    reserve = CTarget.compile("reserve", folder);
  }

  @BeforeEach
  void open() throws IOException {
    target = CTarget.start(reserve, PAGES, COMMITTED);
    firstVpn = Pages.vpn(target.longNumber());
    process = LinuxKernel.open().open(target.pid());
    TrackedRanges ranges = TrackedRanges.of(new PageRange(firstVpn, firstVpn + PAGES));
    arming = process.arm(ranges);
    queue = process.openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20));
    tableKilobytes = tableKilobytes();
  }

  @AfterEach
  void close() {
    queue.close();
    arming.close();
    process.close();
    target.close();
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

  private List<PageRange> drained() {
    return list(queue::drain);
  }

  private List<PageRange> exactly() {
    return list(queue::drainExactly);
  }

  private interface Drain {
    void into(ChangeSink sink);
  }

  private List<PageRange> list(Drain drain) {
    List<PageRange> told = new ArrayList<>();
    drain.into(
        (startVpn, endVpn, changed, now) ->
            told.add(new PageRange(startVpn - firstVpn, endVpn - firstVpn)));
    return told;
  }

  @Test
  void isNoChangeAndIsNotArmed() throws IOException {
    assertThat(exactly()).isEmpty();
    for (int i = 0; i < 100; i++) {
      assertThat(drained()).isEmpty();
    }
    assertThat(tableKilobytes() - tableKilobytes).isLessThan(64);
  }

  @Test
  void aWriteBesideItIsToldAlone() throws IOException {
    tell("write " + (COMMITTED - 1) + " 1");
    assertThat(drained()).containsExactly(new PageRange(COMMITTED - 1, COMMITTED));
    assertThat(tableKilobytes() - tableKilobytes).isLessThan(64);
  }

  @Test
  void whatIsCommittedIsSeenFromItsFirstWriteOn() throws IOException {
    tell("commit 100 9900");
    tell("write 5000 3");
    assertThat(drained()).containsExactly(new PageRange(5000, 5003));
    tell("write 5001 1");
    tell("write 5004 1");
    tell("write 9000 1");
    assertThat(drained())
        .containsExactly(
            new PageRange(5001, 5002), new PageRange(5004, 5005), new PageRange(9000, 9001));
    tell("drop 5000 3");
    assertThat(exactly()).containsExactly(new PageRange(5000, 5003));
    assertThat(exactly()).isEmpty();
  }

  @Test
  void whatIsWrittenAndHiddenAgainIsTold() throws IOException {
    tell("commit 7000 10");
    tell("write 7000 10");
    tell("hide 7000 10");
    assertThat(exactly()).containsExactly(new PageRange(7000, 7010));
    assertThat(exactly()).isEmpty();
    tell("drop 7002 2");
    assertThat(exactly()).containsExactly(new PageRange(7002, 7004));
  }

  @Test
  void whatWasHiddenBeforeIsSeenWhenItIsDropped() throws IOException {
    tell("hide 0 100");
    queue.close();
    queue =
        process.openChangeQueue(
            new ChangeQueueOptions(
                TrackedRanges.of(new PageRange(firstVpn, firstVpn + PAGES)), 1 << 20));
    assertThat(exactly()).isEmpty();
    tell("drop 10 2");
    assertThat(exactly()).containsExactly(new PageRange(10, 12));
  }

  @Test
  void whatComesAndGoesThereLeavesItAsItWas() throws IOException {
    tell("commit 7000 10");
    tell("write 7000 10");
    tell("drop 7000 10");
    tell("hide 7000 10");
    assertThat(exactly()).isEmpty();
  }
}
