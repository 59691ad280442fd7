package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.queue.LinuxQueues;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever is opened is closed again, also when opening fails half-way. */
class DescriptorsTest {

  @BeforeAll
  static void needsTheQueue() {
    OnLinux.need(Capability.CHANGE_QUEUE);
  }

  /** How many descriptors are open that are not of a file: the JVM opens those as it likes. */
  private static long descriptors() {
    String[] open = Objects.requireNonNull(new File("/proc/self/fd").list());
    return Arrays.stream(open).filter(fd -> isOfTheKernel(Path.of("/proc/self/fd", fd))).count();
  }

  private static boolean isOfTheKernel(Path fd) {
    try {
      String target = Files.readSymbolicLink(fd).toString();
      return target.startsWith("anon_inode:") || target.startsWith("/proc/");
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  private static long ringMappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("perf_event"))
        .count();
  }

  @Test
  void aClosedQueueAndProcessLeaveNothingOpen() throws IOException {
    try (Target target = Target.start(256)) {
      long before = descriptors();
      try (TrackedProcess process = LinuxProcess.open(target.pid());
          ChangeQueue queue =
              process.openChangeQueue(new ChangeQueueOptions(List.of(target.range()), 1 << 20))) {
        assertThat(descriptors()).isGreaterThan(before + 5);
        assertThat(ringMappings()).isPositive();
        assertThat(queue.memoryBytes()).isPositive();
      }
      assertThat(descriptors()).isEqualTo(before);
      assertThat(ringMappings()).isZero();
    }
  }

  @Test
  void aQueueThatCannotBeOpenedLeavesNothingOpen() throws Exception {
    Target target = Target.start(256);
    try (MemoryIdentity identity = MemoryIdentity.open(target.pid());
        ProcMaps maps = new ProcMaps(identity)) {
      ChangeQueueOptions options = new ChangeQueueOptions(List.of(target.range()), Pages.SIZE);
      CostModel costs = CostModel.defaults();
      target.kill();
      long before = descriptors();
      assertThatThrownBy(() -> LinuxQueues.open(identity, maps, options, costs))
          .isInstanceOf(KernelException.class);
      assertThat(descriptors()).isEqualTo(before);
      assertThat(ringMappings()).isZero();
    }
  }

  /** A child that this process starts has all its descriptors until it executes another program. */
  @Test
  void aClaimEndsWhenItIsClosedThoughAChildStillHasItsDescriptor() throws IOException {
    long self = Sys.libc().syscall(Abi.SYS_PIDFD_OPEN, ProcessHandle.current().pid(), 0);
    try (Target target = Target.start(16);
        MemoryIdentity identity = MemoryIdentity.open(target.pid());
        Descriptor process = Descriptor.of(self, "pidfd_open")) {
      Descriptor claim = identity.claim(MemoryIdentity.Claim.QUEUE);
      long copy = Sys.libc().syscall(Abi.SYS_PIDFD_GETFD, process.number(), claim.number(), 0);
      try (Descriptor inherited = Descriptor.of(copy, "pidfd_getfd")) {
        claim.close();
        identity.claim(MemoryIdentity.Claim.QUEUE).close();
        assertThat(inherited.number()).isPositive();
      }
    }
  }

  @Test
  void probingLeavesNothingOpen() {
    LinuxKernel.open();
    long before = descriptors();
    LinuxKernel.open();
    AbiCheck.run();
    assertThat(descriptors()).isEqualTo(before);
  }
}
