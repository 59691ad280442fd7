package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Forks.Fork;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's records of processes that are made. */
@Timeout(60)
class ForkRecordsTest {

  @Test
  void tellOfAProcessThatIsMade() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    try (ForkRecords records = ForkRecords.open()) {
      Process child = new ProcessBuilder("/bin/true").start();
      child.waitFor();
      List<Fork> forks = new ArrayList<>();
      records.take(forks);
      assertThat(forks).anyMatch(fork -> fork.pid() == child.pid());
    }
  }

  /** As on those that came online later. */
  @Test
  void sayThatOnACpuOfWhichTheyKnowNothingThereMayHaveBeenOthers() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    int[] all = OnlineCpus.read();
    try (ForkRecords some = ForkRecords.of(Arrays.copyOf(all, all.length - 1))) {
      assertThat(some.take(new ArrayList<>())).isTrue();
    }
  }
}
