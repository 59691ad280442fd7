package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that fails when a strategy is at work on it already. */
@Timeout(60)
class FailedOpeningTest {

  /** It does as one that ends in that moment. */
  private static final class FailsAfterOpening extends ForwardingProcess {

    private boolean opened;

    FailsAfterOpening(TrackedProcess process) {
      super(process);
    }

    @Override
    public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
      ChangeQueue queue = super.openChangeQueue(options);
      opened = true;
      return queue;
    }

    @Override
    public List<Vma> maps() {
      if (opened) {
        throw new KernelException(Errno.ESRCH, "planned");
      }
      return super.maps();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(FailedOpeningTest::isEvent).count();
    }
  }

  private static boolean isEvent(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().contains("perf_event");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void leavesNoEventOpen() throws IOException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    Kernel kernel = new ForwardingKernel(LinuxKernel.open(), FailsAfterOpening::new);
    LiveOptions options = LiveOptions.defaults().with(Strategy.QUEUE);
    try (CTarget cat = CTarget.start(Path.of("/bin/cat"))) {
      assertThat(cat.ask("up")).isEqualTo("up");
      long before = descriptors();
      assertThatThrownBy(() -> LiveTracker.open(kernel, cat.pid(), options))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("planned");
      assertThat(descriptors()).isEqualTo(before);
    }
  }
}
