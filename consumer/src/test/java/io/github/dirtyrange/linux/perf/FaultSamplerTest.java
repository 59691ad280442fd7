package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.LinuxProcess;
import io.github.dirtyrange.linux.MappedArea;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a fault is sampled: everything that the queue claims rests on this. */
class FaultSamplerTest {

  private static final int MESSAGE_BYTES = 32;

  @BeforeAll
  static void needsSampling() {
    OnLinux.need(Capability.CHANGE_QUEUE);
  }

  /**
   * A write to a page that is write-protected the waiting way stops inside the fault handler until
   * the protection is lifted. No sample may be there before that, and one must be there after; it
   * is that of a fault that was retried, hence a major one.
   */
  @Test
  @Timeout(60)
  void aFaultIsSampledNotBeforeItIsCompleted() throws InterruptedException {
    try (MappedArea area = MappedArea.anonymous(Pages.SIZE);
        Descriptor userfaultfd = openWaiting();
        Descriptor zero = Descriptor.open("/dev/zero", Abi.O_RDONLY);
        FaultSampler sampler =
            FaultSampler.openProcess((int) ProcessHandle.current().pid(), 1 << 20)) {
      area.putLong(area.address(), 1);
      protect(userfaultfd, area, Abi.UFFDIO_WRITEPROTECT_MODE_WP);
      sampler.enable();
      // The kernel writes for the thread, which is safer than a Java thread stuck in a write.
      Thread writer = new Thread(() -> zero.read(area.address(), 8, "read /dev/zero"));
      writer.start();
      userfaultfd.read(Sys.address(Sys.struct(MESSAGE_BYTES)), MESSAGE_BYTES, "read of a fault");
      assertThat(sampledPages(sampler)).doesNotContain(Pages.vpn(area.address()));
      protect(userfaultfd, area, 0);
      writer.join();
      assertThat(sampledPages(sampler)).contains(Pages.vpn(area.address()));
    }
  }

  /** Opens a userfaultfd whose faults wait for a message to be answered. */
  private static Descriptor openWaiting() {
    long fd = Sys.libc().syscall(Abi.SYS_USERFAULTFD, Abi.O_CLOEXEC);
    assumeTrue(
        fd != -1, "faults of kernel mode need vm.unprivileged_userfaultfd or CAP_SYS_PTRACE");
    Descriptor userfaultfd = Descriptor.of(fd, "userfaultfd");
    ByteBuffer api = Sys.struct(24).putLong(0, Abi.UFFD_API);
    userfaultfd.ioctl(Abi.UFFDIO_API, Sys.address(api), "UFFDIO_API");
    return userfaultfd;
  }

  /** Registers the area when it is protected first. */
  private static void protect(Descriptor userfaultfd, MappedArea area, long mode) {
    ByteBuffer argument = Sys.struct(32).putLong(0, area.address()).putLong(8, area.bytes());
    if (mode != 0) {
      argument.putLong(16, Abi.UFFDIO_REGISTER_MODE_WP);
      userfaultfd.ioctl(Abi.UFFDIO_REGISTER, Sys.address(argument), "UFFDIO_REGISTER");
    }
    argument.putLong(16, mode);
    userfaultfd.ioctl(Abi.UFFDIO_WRITEPROTECT, Sys.address(argument), "UFFDIO_WRITEPROTECT");
  }

  @Test
  void aSampleSaysWhichThreadFaultedAndWhen() {
    int pid = (int) ProcessHandle.current().pid();
    int thread = (int) Sys.libc().syscall(Abi.SYS_GETTID);
    try (MappedArea area = MappedArea.anonymous(Pages.SIZE);
        FaultSampler sampler = FaultSampler.openThread(thread, 1 << 16)) {
      sampler.enable();
      long before = System.nanoTime();
      area.putLong(area.address(), 1);
      long after = System.nanoTime();
      List<Long> times = new ArrayList<>();
      sampler.read(
          (address, samplePid, tid, nanos) -> {
            assertThat(List.of(samplePid, tid)).containsExactly(pid, thread);
            if (Pages.vpn(address) == Pages.vpn(area.address())) {
              times.add(nanos);
            }
          });
      assertThat(times).isNotEmpty().allMatch(nanos -> nanos >= before && nanos <= after);
    }
  }

  /** A shell that executes another program when it is told to, which then takes many faults. */
  @Test
  void aProgramThatTheProcessExecutesIsNotSampledByEventsOfThreads() throws IOException {
    String busy = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; echo done; read line";
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "read line; exec /bin/sh -c '" + busy + "'").start();
    SamplingPlan threads = SamplingPlan.from(SampleSource.THREADS, (int) shell.pid());
    try (FaultSampler sampler = FaultSampler.openProcess((int) shell.pid(), threads, 1 << 20)) {
      sampler.enable();
      PrintStream input = new PrintStream(shell.getOutputStream(), true, StandardCharsets.US_ASCII);
      input.println("go");
      BufferedReader output = shell.inputReader(StandardCharsets.US_ASCII);
      assertThat(output.readLine()).isEqualTo("done");
      List<Vma> newMappings = mappings((int) shell.pid());
      assertThat(sampledPages(sampler))
          .isNotEmpty()
          .noneMatch(vpn -> newMappings.stream().anyMatch(vma -> holds(vma, vpn)));
    } finally {
      shell.destroyForcibly();
    }
  }

  private static List<Vma> mappings(int pid) {
    try (TrackedProcess process = LinuxProcess.open(pid)) {
      return process.maps();
    }
  }

  private static boolean holds(Vma vma, long vpn) {
    return vma.startVpn() <= vpn && vpn < vma.endVpn();
  }

  private static List<Long> sampledPages(FaultSampler sampler) {
    List<Long> pages = new ArrayList<>();
    sampler.read((address, pid, tid, nanos) -> pages.add(Pages.vpn(address)));
    return pages;
  }

  @Test
  void lostSamplesAreNoticedAlsoAtTheEndOfARunAndOnce() {
    int tid = (int) Sys.libc().syscall(Abi.SYS_GETTID);
    try (MappedArea area = MappedArea.anonymous(1_000L * Pages.SIZE);
        FaultSampler sampler = FaultSampler.openThread(tid, Pages.SIZE)) {
      sampler.enable();
      for (long page = 0; page < 1_000; page++) {
        area.putLong(area.address() + Pages.address(page), 1);
      }
      sampler.disable();
      int read = sampledPages(sampler).size();
      assertThat(read).isLessThan(1_000);
      assertThat(sampler.hasLost()).isTrue();
      assertThat(sampler.lostSamples()).isGreaterThanOrEqualTo(1_000 - read);
      sampler.skip();
      assertThat(sampler.hasLost()).isFalse();
    }
  }

  /** They were sampled, and there was no room for them. */
  @Test
  void lostSamplesDoNotCountAsFaultsThatWereNotSampled() {
    int pid = (int) ProcessHandle.current().pid();
    try (MappedArea area = MappedArea.anonymous(1_000L * Pages.SIZE);
        FaultSampler sampler = FaultSampler.openProcess(pid, Pages.SIZE)) {
      sampler.enable();
      for (long page = 0; page < 1_000; page++) {
        area.putLong(area.address() + Pages.address(page), 1);
      }
      sampler.disable();
      assertThat(sampledPages(sampler)).isNotEmpty();
      assertThat(sampler.hasLost()).isTrue();
      assertThat(sampler.lostSamples()).isPositive();
      assertThat(sampler.limits()).doesNotContain("not sampled");
    }
  }
}
