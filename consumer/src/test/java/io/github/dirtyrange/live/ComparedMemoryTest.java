package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnDisk;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.track.UnseenFiles;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The variables of a program, in a private mapping of a file on a disk, which is never armed. */
@Timeout(60)
class ComparedMemoryTest {

  @TempDir(factory = OnDisk.class)
  static Path folder;

  @Test
  void aVariableThatIsWrittenIsToldAndOneThatIsNotIsNot() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    try (CTarget target = CTarget.start(CTarget.compile("globals", folder))) {
      long vpn = Pages.vpn(target.longNumber());
      try (LiveTracker tracker =
          LiveTracker.open(LinuxKernel.open(), target.pid(), LiveOptions.defaults())) {
        assertThat(tracker.target().comparedMappings()).isPositive();
        target.ask("w");
        LiveRound first = tracker.round();
        assertThat(has(first, vpn)).isTrue();
        assertThat(first.mappings()).anyMatch(share -> share.mapping().endsWith("/globals"));
        target.ask("w");
        assertThat(has(tracker.round(), vpn)).isTrue();
        target.ask("n");
        assertThat(has(tracker.round(), vpn)).isFalse();
        assertThat(first.notTracked())
            .filteredOn(each -> each.mapping().endsWith("/globals"))
            .extracting(NotTracked::why)
            .containsExactly(UnseenFiles.REASON);
      }
      assertThat(target.finish()).isZero();
    }
  }

  /** Nothing else changes then: neither the mappings, nor what is registered. */
  @Test
  void aMappingThatGetsMoreCopiesThanAreComparedIsNamedFromThenOn() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    long pages = (64 << 20) / Pages.SIZE + 1;
    Path big = folder.resolve("big");
    try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(pages * Pages.SIZE);
    }
    Path program = CTarget.compile("globals", folder);
    try (CTarget target = CTarget.start(program, big, pages)) {
      target.longNumber();
      try (LiveTracker tracker =
          LiveTracker.open(LinuxKernel.open(), target.pid(), LiveOptions.defaults())) {
        assertThat(tracker.round().notTracked())
            .filteredOn(ComparedMemoryTest::isRefused)
            .isEmpty();
        target.ask("a");
        assertThat(tracker.round().notTracked())
            .filteredOn(ComparedMemoryTest::isRefused)
            .extracting(NotTracked::mapping)
            .containsExactly(big.toString());
      }
    }
  }

  private static boolean isRefused(NotTracked each) {
    return each.mapping().endsWith("/big") && !each.why().equals(UnseenFiles.REASON);
  }

  private static boolean has(LiveRound round, long vpn) {
    AtomicBoolean found = new AtomicBoolean();
    round
        .regions()
        .forEach(
            (start, end, changed, now, known, mapping) -> {
              if (start <= vpn && vpn < end) {
                found.set(true);
              }
            });
    return found.get();
  }
}
