package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import io.github.dirtyrange.kernel.ProcessDiagnosis.Finding;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are out of the ordinary. */
@Tag("machine")
@Timeout(120)
class DiagnosisTest {

  private static final long TABLE_BYTES = (long) Pages.PER_TABLE * Pages.SIZE;

  @TempDir static Path folder;
  private static List<Capability> machine = List.of();

  @BeforeAll
  static void probe() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    machine = MachineProbe.probe();
    assumeTrue(has(Capability.ARM_PROCESS), "no process can be armed here");
  }

  private static boolean has(String capability) {
    return machine.stream().anyMatch(each -> each.name().equals(capability) && each.available());
  }

  private static List<String> names(ProcessDiagnosis diagnosis) {
    return diagnosis.findings().stream().map(Finding::name).toList();
  }

  private static CTarget odd(String mode) throws IOException, InterruptedException {
    return CTarget.start(CTarget.compile("odd", folder), 0x7e0000000000L, 7, mode);
  }

  @Test
  void anOrdinaryProcessCanBeTracked() {
    try (ProbeChild child = ProbeChild.start()) {
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
      assertThat(diagnosis.findings()).isEmpty();
      assertThat(diagnosis.capabilities().all()).isEqualTo(machine);
      assertThat(diagnosis.threads()).isEqualTo(1);
      assertThat(diagnosis.samplingDescriptors()).isPositive();
      assertThat(diagnosis.hugePageBytes()).isZero();
    }
  }

  @Test
  void aThreadOfTheKernelCannot() {
    ProcessDiagnosis diagnosis = Diagnosis.of(2, machine);
    assertThat(diagnosis.isOpen()).isFalse();
    assertThat(names(diagnosis)).containsExactly("kernelThread");
    assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isFalse();
    assertThat(diagnosis.samplingDescriptors()).isZero();
  }

  @Test
  void aZombieCannot() throws Exception {
    try (CTarget target = odd("zombie")) {
      ProcessDiagnosis diagnosis = Diagnosis.of(target.number(), machine);
      assertThat(diagnosis.isOpen()).isFalse();
      assertThat(names(diagnosis)).containsExactly("zombie");
    }
  }

  @Test
  void oneWhoseFirstThreadHasEndedCan() throws Exception {
    try (CTarget target = odd("thread")) {
      int pid = target.number();
      target.ask("go");
      ProcessDiagnosis diagnosis = Diagnosis.of(pid, machine);
      assertThat(names(diagnosis)).containsExactly("leaderEnded");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isTrue();
    }
  }

  @Test
  void whoTracesItIsNamedAndItIsNotArmed() {
    try (ProbeChild child = ProbeChild.start();
        LinuxProcess process = LinuxProcess.open(child.pid());
        Frozen frozen = process.freeze()) {
      assertThat(frozen.threads()).isEqualTo(1);
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
      assertThat(names(diagnosis)).containsExactly("traced");
      assertThat(diagnosis.findings().get(0).detail()).matches("process \\d+ \\(.+\\) traces it");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isFalse();
    }
  }

  @Test
  void oneWhoseCgroupIsFrozenIsNotArmedAndThatIsSaid() throws Exception {
    try (ProbeChild child = ProbeChild.start();
        LinuxProcess process = LinuxProcess.open(child.pid());
        FrozenCgroup frozen = FrozenCgroup.of(child.pid())) {
      assertThat(names(Diagnosis.of(child.pid(), machine))).containsExactly("frozen");
      assertThatThrownBy(() -> process.arm(TrackedRanges.allOfUserSpace()))
          .hasMessageContaining("its cgroup is frozen");
      frozen.thaw();
      assertThat(names(Diagnosis.of(child.pid(), machine))).isEmpty();
      process.arm(TrackedRanges.allOfUserSpace()).close();
    }
  }

  @Test
  void whoIsArmedAlreadyIsNotArmedAgain() {
    try (ProbeChild child = ProbeChild.start();
        LinuxProcess process = LinuxProcess.open(child.pid());
        Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
      assertThat(arming.refused()).isNotNull();
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
      assertThat(names(diagnosis)).contains("claimed");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isFalse();
    }
  }

  /** Its tracker has taken the userfaultfd that it offers; another tracker is refused. */
  @Test
  void whoIsArmedAlreadyIsNotArmedAgainWhateverItOffers() {
    try (ProbeChild child = ProbeChild.start()) {
      child.openUserfaultfd();
      try (LinuxProcess process = LinuxProcess.open(child.pid());
          Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
        assertThat(arming.stoppedNanos()).as("it is the child's own that is taken").isZero();
        ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
        assertThat(names(diagnosis)).contains("claimed", "userfaultfd");
        assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isFalse();
        assertThat(diagnosis.capabilities().has(Capability.CHANGE_QUEUE)).isFalse();
      }
      assertThat(Diagnosis.of(child.pid(), machine).capabilities().has(Capability.WP_ASYNC))
          .isTrue();
    }
  }

  @Test
  void aUserfaultfdThatItUsesItselfIsNoneThatItOffers() throws Exception {
    try (CTarget target = CTarget.start(CTarget.compile("shifting", folder), 8)) {
      target.answer();
      assertThat(target.ask("r 0 4")).isEqualTo("done");
      ProcessDiagnosis stoppable = Diagnosis.of(target.pid(), machine);
      assertThat(names(stoppable)).containsExactly("userfaultfd");
      assertThat(stoppable.capabilities().has(Capability.WP_ASYNC)).isTrue();
      ProcessDiagnosis not = Diagnosis.of(target.pid(), without(Capability.ARM_PROCESS));
      assertThat(not.capabilities().has(Capability.WP_ASYNC)).isFalse();
    }
  }

  @Test
  void aFilterOfSystemCallsMattersWhereItMayNotBeSuspended() {
    try (ProbeChild child = ProbeChild.start()) {
      child.refuseUserfaultfd();
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
      assertThat(names(diagnosis)).containsExactly("seccomp");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC))
          .isEqualTo(has(Capability.SUSPEND_SECCOMP));
      ProcessDiagnosis elsewhere = Diagnosis.of(child.pid(), without(Capability.SUSPEND_SECCOMP));
      assertThat(elsewhere.findings().get(0).detail()).contains("may not be suspended");
      assertThat(elsewhere.capabilities().has(Capability.WP_ASYNC)).isFalse();
    }
  }

  private static List<Capability> without(String name) {
    return machine.stream()
        .map(each -> each.name().equals(name) ? new Capability(name, false, "", "a right") : each)
        .toList();
  }

  /** It is taken, and nothing has to be stopped for that. */
  @Test
  void oneWithAUserfaultfdOfItsOwnCanAlsoWhereNothingCanBeStopped() {
    try (ProbeChild child = ProbeChild.start()) {
      child.openUserfaultfd();
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), without(Capability.ARM_PROCESS));
      assertThat(names(diagnosis)).containsExactly("userfaultfd");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isTrue();
    }
  }

  @Test
  void hugePagesThatWouldBeSplitAreCounted() {
    assumeTrue(has(Capability.HUGE_PAGES), "no huge pages");
    try (ProbeChild child = ProbeChild.start()) {
      long aligned = (child.map(2 * TABLE_BYTES) + TABLE_BYTES - 1) & -TABLE_BYTES;
      child.advise(aligned, TABLE_BYTES, Abi.MADV_HUGEPAGE);
      child.store(aligned, 1);
      ProcessDiagnosis diagnosis = Diagnosis.of(child.pid(), machine);
      assertThat(names(diagnosis)).containsExactly("hugePages");
      assertThat(diagnosis.hugePageBytes()).isEqualTo(TABLE_BYTES);
    }
  }

  @Test
  void otherNamespacesAreNamed() throws Exception {
    Process unshared =
        new ProcessBuilder("unshare", "-Um", "sh", "-c", "echo ready; read end").start();
    try {
      String said = unshared.inputReader().readLine();
      assumeTrue("ready".equals(said), "no user namespace can be made");
      ProcessDiagnosis diagnosis = Diagnosis.of((int) unshared.pid(), machine);
      assertThat(names(diagnosis)).containsExactly("namespaces");
      assertThat(diagnosis.findings().get(0).detail()).endsWith("mnt, user");
    } finally {
      unshared.destroyForcibly();
    }
  }

  /** Which of the two programs it is told of does not matter: neither is out of the ordinary. */
  @Test
  void oneThatExecutesWhileItIsLookedAtIsNotCalledOddForThat() throws Exception {
    Random random = new Random(27);
    for (int i = 0; i < 200; i++) {
      Process shell = new ProcessBuilder("sh", "-c", "echo ready; read x; exec sleep 60").start();
      long nanos = random.nextInt(4_000_000);
      Thread executing = new Thread(() -> execute(shell, nanos));
      try {
        assertThat(shell.inputReader().readLine()).isEqualTo("ready");
        executing.start();
        assertThat(Diagnosis.of((int) shell.pid(), machine).findings()).isEmpty();
      } finally {
        executing.join();
        shell.destroyForcibly();
      }
    }
  }

  private static void execute(Process shell, long afterNanos) {
    try {
      LockSupport.parkNanos(afterNanos);
      shell.outputWriter().append("go\n").flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aProgramOf32BitsIsNotArmed() throws Exception {
    Path program = folder.resolve("program32");
    Files.write(program, program32());
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Process process;
    try {
      process = new ProcessBuilder(program.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "this kernel runs no programs of 32 bits");
      throw e;
    }
    try {
      assumeTrue(
          CTarget.executes(process.pid(), program), "this kernel runs no programs of 32 bits");
      ProcessDiagnosis diagnosis = Diagnosis.of((int) process.pid(), machine);
      assertThat(names(diagnosis)).containsExactly("32bit");
      assertThat(diagnosis.capabilities().has(Capability.WP_ASYNC)).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  /** An ELF file for i386 whose code does pause(2) again and again. */
  private static byte[] program32() {
    ByteBuffer file = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    file.put(HexFormat.of().parseHex("7f454c46010101000000000000000000"));
    file.putShort((short) 2).putShort((short) 3).putInt(1).putInt(0x8048054).putInt(52);
    file.putInt(0).putInt(0).putShort((short) 52).putShort((short) 32).putShort((short) 1);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    file.putInt(1).putInt(0).putInt(0x8048000).putInt(0x8048000).putInt(128).putInt(128);
    file.putInt(5).putInt(0x1000);
    file.put(HexFormat.of().parseHex("b81d000000cd80ebf7"));
    return file.array();
  }

  @Test
  void whatIsNoProcessIsRefused() {
    assertThatThrownBy(() -> Diagnosis.of(Integer.MAX_VALUE, machine))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    int thread =
        IntStream.of(Threads.of((int) ProcessHandle.current().pid()))
            .filter(tid -> tid != ProcessHandle.current().pid())
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> Diagnosis.of(thread, machine))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  /** What is tried on somebody's process leaves nothing there. */
  @Test
  void lookingLeavesNoTrace() throws IOException, InterruptedException {
    try (ProbeChild child = ProbeChild.start()) {
      awaitOrders(child.pid());
      String before = traces(child.pid());
      Diagnosis.of(child.pid(), machine);
      awaitOrders(child.pid());
      assertThat(traces(child.pid())).isEqualTo(before);
    }
  }

  /** It has begun, and waits for what it is told. */
  private static void awaitOrders(int pid) throws IOException, InterruptedException {
    Path status = Path.of("/proc", Integer.toString(pid), "status");
    while (!Files.readString(status).matches("(?s).*State:\\tS.*SigCgt:\\t[0-9a-f]*[1-9a-f].*")) {
      Thread.sleep(1);
    }
  }

  private static String traces(int pid) throws IOException {
    Path proc = Path.of("/proc", Integer.toString(pid));
    String[] descriptors = proc.resolve("fd").toFile().list();
    return Files.readString(proc.resolve("maps"))
        + Files.readString(proc.resolve("status")).replaceAll("(?m)^.*ctxt_switches.*$", "")
        + (descriptors == null ? 0 : descriptors.length);
  }
}
