package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Arming where the process, or somebody else, has registered memory, and where mappings grow. */
@Timeout(120)
class ArmingBesideOthersTest {

  private static final int PAGES = 64;

  @TempDir static Path folder;
  private static Path shifting;

  private CTarget target;
  private TrackedProcess process;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    shifting = CTarget.compile("shifting", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(shifting, PAGES);
    firstVpn = Pages.vpn(target.longNumber());
    process = LinuxKernel.open().open(target.pid());
  }

  @AfterEach
  void end() {
    process.close();
    target.close();
  }

  private void tell(String line) throws IOException {
    assertThat(target.ask(line)).isEqualTo("done");
  }

  private PageRange pages(long from, long end) {
    return new PageRange(firstVpn + from, firstVpn + end);
  }

  private List<PageRange> registered() {
    return Smaps.withFlag(Path.of("/proc", Integer.toString(target.pid()), "smaps"), Smaps.UFFD_WP);
  }

  @Test
  void whatAnotherUserfaultfdHadIsArmedByARefreshOnceItIsFree() throws IOException {
    tell("q 32 32");
    tell("o");
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)))) {
      assertThat(arming.refused())
          .singleElement()
          .satisfies(
              refusal -> {
                assertThat(refusal.vma().startVpn()).isEqualTo(firstVpn + 32);
                assertThat(refusal.reason()).isEqualTo("another userfaultfd has it");
              });
      assertThat(arming.refresh()).isEmpty();
      assertThat(arming.refused()).hasSize(1);
      tell("k");
      assertThat(arming.refresh()).containsExactly(pages(32, 64));
      assertThat(arming.refused()).isEmpty();
    }
  }

  @Test
  void whatTheProcessHadRegisteredItselfIsLeftToIt() throws IOException {
    tell("r 0 32");
    List<PageRange> before = registered();
    assertThat(before).containsExactly(pages(0, 32));
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)))) {
      assertThat(arming.refused())
          .singleElement()
          .satisfies(
              refusal -> {
                assertThat(refusal.vma().startVpn()).isEqualTo(firstVpn);
                assertThat(refusal.reason()).startsWith("the process has registered it itself");
              });
      assertThat(arming.refresh()).isEmpty();
      assertThat(registered()).hasSizeGreaterThanOrEqualTo(1);
    }
    assertThat(registered()).isEqualTo(before);
  }

  @Test
  void aMappingThatGrewOutOfTheTrackedRangesIsTakenBackWhole() throws IOException {
    tell("o");
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)))) {
      tell("g 0 3");
      assertThat(registered()).containsExactly(pages(0, PAGES + 3));
      assertThat(arming.refused()).isEmpty();
    }
    assertThat(registered()).isEmpty();
  }

  @Test
  void whatGrewOutOfTheTrackedRangesAndWasSplitOffIsTakenBackToo() throws IOException {
    tell("o");
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)))) {
      tell("g 0 3");
      tell("x 64 3");
      assertThat(arming.refused()).isEmpty();
    }
    assertThat(registered()).isEmpty();
  }

  @Test
  void whatGrewOutOfTheTrackedRangesAndWasCutOffIsTakenBackToo() throws IOException {
    tell("o");
    try (Arming arming = process.arm(TrackedRanges.of(pages(0, PAGES)))) {
      tell("g 0 3");
      tell("u 64 1");
      assertThat(arming.refused()).isEmpty();
    }
    assertThat(registered()).isEmpty();
  }
}
