package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.ThreadRegisters;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The registers of threads that are held, and that nobody is held by them. */
@Timeout(120)
class FrozenRegistersTest {

  /** More than a pipe takes, with what Java reads ahead. */
  private static final int CROWD = 200;

  private static final int R15 = 0;
  private static final int R14 = 8;
  private static final int R13 = 16;
  private static final int R12 = 24;
  private static final int RBX = 40;
  private static final int RSI = 104;
  private static final int FUTEX = 202;

  // linux/ptrace.h, struct user_i387_struct: where the first XMM register is
  private static final int XMM = 160;
  private static final int XMM_BYTES = 16;

  @TempDir static Path folder;
  private static Path registers;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need();
    registers = CTarget.compile("registers", folder);
  }

  /** A thread of the program, and what it was told. */
  private record Known(long number, boolean spins) {}

  private static Map<Integer, Known> threads(CTarget target) throws IOException {
    Map<Integer, Known> threads = new TreeMap<>();
    for (String line = target.answer(); !line.equals("ready"); line = target.answer()) {
      String[] words = line.split(" ", -1);
      Known known = new Known(Long.parseLong(words[1]), words[2].equals("1"));
      threads.put(Integer.parseInt(words[0]), known);
    }
    return threads;
  }

  @Test
  void eachThreadHasItsOwnAndGoesOnWithThem() throws Exception {
    try (CTarget target = CTarget.start(registers, 2, 3);
        TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      Map<Integer, Known> known = threads(target);
      for (int i = 0; i < 20; i++) {
        try (Frozen frozen = process.freeze()) {
          assertThat(frozen.registers()).hasSize(6);
          assertThat(frozen.registers().get(0).tid()).isEqualTo(target.pid());
          for (ThreadRegisters thread : frozen.registers()) {
            assertIsAsTheKernelSays(target.pid(), thread);
            assertThat(thread.signal()).isZero();
          }
          assertAreKnown(frozen.registers(), known);
        }
      }
      assertThat(target.ask("end")).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  private static void assertAreKnown(List<ThreadRegisters> threads, Map<Integer, Known> known) {
    List<ThreadRegisters> told =
        threads.stream().filter(thread -> known.containsKey(thread.tid())).toList();
    assertThat(told).hasSize(known.size());
    for (ThreadRegisters thread : told) {
      Known expected = Objects.requireNonNull(known.get(thread.tid()));
      long number = expected.number();
      ByteBuffer general = thread.general();
      assertThat(general.getLong(R12)).isEqualTo(number);
      assertThat(general.getLong(R13)).isEqualTo(number + 1);
      assertThat(general.getLong(R14)).isEqualTo(number + 2);
      assertThat(general.getLong(R15)).isEqualTo(number + 3);
      assertThat(general.getLong(RBX)).isEqualTo(number + 4);
      assertThat(thread.floating().getLong(XMM + 7 * XMM_BYTES)).isEqualTo(number);
      assertThat(thread.floating().getLong(XMM + 15 * XMM_BYTES)).isEqualTo(number + 4);
      if (!expected.spins()) {
        assertThat(general.getLong(RegistersCode.ORIG_RAX)).isEqualTo(FUTEX);
      }
    }
  }

  /** {@code /proc/PID/task/TID/syscall}: the call and its arguments, or -1; rsp; rip. */
  private static void assertIsAsTheKernelSays(int pid, ThreadRegisters thread) throws IOException {
    String[] words =
        Files.readString(Path.of("/proc/" + pid + "/task/" + thread.tid() + "/syscall"))
            .strip()
            .split(" ", -1);
    ByteBuffer general = thread.general();
    assertThat(general.getLong(RegistersCode.ORIG_RAX)).isEqualTo(Long.parseLong(words[0]));
    assertThat(general.getLong(RegistersCode.RSP)).isEqualTo(hex(words[words.length - 2]));
    assertThat(general.getLong(RegistersCode.RIP)).isEqualTo(hex(words[words.length - 1]));
    if (words.length > 3) {
      assertThat(general.getLong(RegistersCode.RDI)).isEqualTo(hex(words[1]));
      assertThat(general.getLong(RSI)).isEqualTo(hex(words[2]));
    }
  }

  private static long hex(String word) {
    return Long.parseUnsignedLong(word.substring(2), 16);
  }

  @Test
  void aCrowdIsToldWhole() throws Exception {
    try (CTarget target = CTarget.start(registers, 0, CROWD);
        TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      Map<Integer, Known> known = threads(target);
      try (Frozen frozen = process.freeze()) {
        assertThat(frozen.threads()).isEqualTo(CROWD + 1);
        assertThat(frozen.registers()).hasSize(CROWD + 1);
        assertAreKnown(frozen.registers(), known);
      }
      assertThat(target.ask("end")).isEqualTo("right");
    }
  }

  @Test
  void whoDoesNotListenHoldsNobodyForLongerThanTold() throws Exception {
    try (CTarget target = CTarget.start(registers, 0, CROWD)) {
      threads(target);
      try (Helper helper = Helper.start()) {
        assertThat(helper.ask(freeze(target, 500))).isPresent();
        assertThat(tracers(target.pid())).containsOnly(helper.pid());
        awaitFree(target.pid());
      }
      assertThat(target.ask("end")).isEqualTo("right");
    }
  }

  @Test
  void whoEndsWhileItIsToldHoldsNobody() throws Exception {
    try (CTarget target = CTarget.start(registers, 0, CROWD)) {
      threads(target);
      try (Helper helper = Helper.start()) {
        assertThat(helper.ask(freeze(target, 1_000_000))).isPresent();
        assertThat(tracers(target.pid())).containsOnly(helper.pid());
        helper.endInput();
        awaitFree(target.pid());
      }
      assertThat(target.ask("end")).isEqualTo("right");
    }
  }

  private static Command freeze(CTarget target, int holdMillis) {
    return new Command(Command.FREEZE, target.pid())
        .set(Command.STOP_LIMIT_NANOS, TimeUnit.SECONDS.toNanos(10))
        .set(Command.HOLD_MILLIS, holdMillis)
        .path("/proc/" + target.pid() + "/task");
  }

  private static void awaitFree(int pid) throws Exception {
    for (int i = 0; i < 2_000 && !tracers(pid).equals(List.of(0L)); i++) {
      Thread.sleep(10);
    }
    assertThat(tracers(pid)).containsExactly(0L);
  }

  /** {@return the processes that trace its threads, 0 for none, each once} */
  private static List<Long> tracers(int pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads.map(FrozenRegistersTest::tracer).distinct().toList();
    }
  }

  private static long tracer(Path thread) {
    int tid = Integer.parseInt(thread.getFileName().toString());
    return ThreadStatus.of(Objects.requireNonNull(thread.getParent()), tid).orElseThrow().tracer();
  }

  @Test
  void aThreadThatHasEndedHasNone() {
    ByteBuffer records =
        ByteBuffer.allocate(3 * RegisterRecord.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    records.putLong(RegisterRecord.TID, 5);
    records.putLong(RegisterRecord.SIGNAL, 10);
    int last = 2 * RegisterRecord.BYTES;
    records.putLong(last + RegisterRecord.TID, 7);
    records.putLong(last + RegisterRecord.FLOATING_ERROR, -5);
    List<ThreadRegisters> threads = RegisterRecord.parse(records.array());
    assertThat(threads).extracting(ThreadRegisters::tid).containsExactly(5, 7);
    assertThat(threads).extracting(ThreadRegisters::signal).containsExactly(10, 0);
    assertThat(threads)
        .extracting(thread -> thread.floating().remaining())
        .containsExactly(ThreadRegisters.FLOATING_BYTES, 0);
  }

  @Test
  void registersAreCopiedAndHaveTheirSize() {
    ByteBuffer general = ByteBuffer.allocate(ThreadRegisters.GENERAL_BYTES);
    ByteBuffer floating = ByteBuffer.allocate(0);
    ThreadRegisters thread = new ThreadRegisters(1, 0, general, floating);
    general.putLong(0, 1);
    assertThat(thread.general().getLong()).isZero();
    assertThat(thread.general().remaining()).isEqualTo(ThreadRegisters.GENERAL_BYTES);
    assertThatThrownBy(() -> new ThreadRegisters(1, 0, floating, general))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("registers of 0 and 216 bytes");
  }
}
