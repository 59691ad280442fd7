package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code compare --pid}, on a process that knows nothing of it. */
@Timeout(120)
@Tag("machine")
class ComparePidTest {

  /** Two a stop: one for arming, one before the first round, one a strategy and round. */
  private static final int SOME_CHANGES = 20;

  private static final String SMALL = " --rounds 2 --interval 50ms ";

  /** So long that a busy machine, too, lets the process write. */
  private static final String MORE = " --rounds 6 --interval 100ms ";

  @TempDir static Path folder;
  private static Path scatter;
  private @Nullable CTarget target;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    scatter = CTarget.compile("scatter", folder);
  }

  private String start(String... ways) throws IOException {
    Path log = Files.createTempFile(folder, "writes", ".log");
    target =
        CTarget.start(scatter, Stream.concat(Stream.of(2, 5000, log), Stream.of(ways)).toArray());
    target().longNumber();
    return "compare --pid " + target().pid();
  }

  private CTarget target() {
    return Objects.requireNonNull(target);
  }

  @AfterEach
  void end() {
    if (target != null) {
      target.close();
    }
  }

  @Test
  void everyStrategyIsJudgedAndTheProcessGoesOn() throws Exception {
    Program.Outcome outcome = Program.run(start("store", "read") + SMALL + "--json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.names()).startsWith("pagemap", "pagemap-scan", "queue").endsWith("perfect");
    for (JsonObject strategy : outcome.strategies()) {
      assertThat(strategy.get("missed").getAsLong()).as("%s", strategy).isZero();
      assertThat(strategy.get("pagesReported").getAsLong()).isPositive();
      assertThat(strategy.get("stoppedNanos").getAsLong()).isPositive();
    }
    JsonObject process = outcome.json().getAsJsonObject("process");
    assertThat(process.get("pid").getAsInt()).isEqualTo(target().pid());
    assertThat(process.get("name").getAsString()).isEqualTo("scatter");
    assertThat(process.get("mappedPages").getAsLong()).isGreaterThan(5000);
    assertThat(process.get("presentPages").getAsLong()).isPositive();
    assertThat(outcome.json().getAsJsonArray("notTracked")).isNotEmpty();
    assertReleased();
    assertThat(target().finish()).isZero();
  }

  /** What one thread writes while the others stand would be taken for missed. */
  @Test
  void oneOfWhichAThreadMayNotBeStoppedIsNotTakenForStopped() throws Exception {
    Path setpriv = Path.of("/usr/bin/setpriv");
    assumeTrue(Files.isExecutable(setpriv), "there is no setpriv");
    Path peculiar = CTarget.compile("peculiar", folder);
    String drop = "-sys_ptrace";
    target =
        CTarget.start(
            setpriv, "--bounding-set", drop, peculiar, "others-thread", Integer.MAX_VALUE);
    int pid = target().number();
    List<String> command = new ArrayList<>(List.of(setpriv.toString(), "--bounding-set", drop));
    command.addAll(Program.inItsOwnMachine(List.of("-XX:TieredStopAtLevel=1")));
    command.addAll(List.of("compare", "--pid", Integer.toString(pid), "--strategy", "perfect"));
    Process process = new ProcessBuilder(command).start();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .matches(
            "dirtyrange compare: stopping process \\d+: its thread \\d+ \\(peculiar\\) may not be"
                + " stopped: Operation not permitted \\(EPERM\\)\n");
    assertThat(process.waitFor()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertReleased();
  }

  @Test
  void tableAndValuesComeToo() throws IOException {
    String commandLine = start() + SMALL + "--strategy pagemap-scan --check-content 64KiB";
    String table = Program.run(commandLine).out();
    assertThat(table).contains("a sample of the private pages compared");
    assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(Program.run(commandLine + " --csv").out().lines()).hasSize(2);
  }

  /** Missing pages is status 1, as in any comparison. */
  @Test
  void aQueueThatMissesWhatIsWrittenFromOutsideIsStatusOne() throws IOException {
    Path log = Files.createTempFile(folder, "writes", ".log");
    target = CTarget.start(scatter, 2, 1 << 19, log, "outside");
    target().longNumber();
    Program.Outcome outcome =
        Program.run("compare --pid " + target().pid() + MORE + "--strategy queue --json");
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    JsonObject queue = outcome.strategies().get(0);
    assertThat(queue.get("missed").getAsLong()).isPositive();
    assertThat(queue.getAsJsonObject("missedCauses").get("written").getAsLong()).isPositive();
    assertThat(queue.get("missedAfterExact").getAsLong()).isZero();
  }

  @Test
  void aProcessThatEndsInTheMiddleIsOneLineAndStatusFourAfterWhatWasMeasured() throws Exception {
    Process program =
        Program.start(
            List.of(), start() + " --rounds 100000 --interval 20ms --strategy pagemap-scan --json");
    awaitSomeRounds(program);
    target().kill();
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(ExitStatus.WORKLOAD_ENDED);
    // On a slow machine it says meanwhile how far it is.
    assertThat(program.errorReader().lines().filter(line -> !line.startsWith("dirtyrange: round ")))
        .singleElement()
        .asString()
        .startsWith("dirtyrange compare: process " + target().pid() + " has ended")
        .contains(" of 100000 rounds");
    assertThat(out).contains("\"name\": \"pagemap-scan\"");
  }

  @ParameterizedTest
  @CsvSource({"HUP, 129", "INT, 130", "TERM, 143"})
  void whoeverInterruptsItGetsWhatWasMeasuredAndTheProcessIsReleased(String signal, int status)
      throws Exception {
    Process program =
        Program.start(
            List.of(), start() + " --rounds 100000 --interval 20ms --strategy pagemap-scan,queue");
    awaitSomeRounds(program);
    Program.signal(program, signal);
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(status);
    assertThat(out).contains(" of 100000, in each an interval of 20 ms");
    assertReleased();
    assertThat(target().finish()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--pid redis",
        "--pid 0",
        "--pid -1",
        "--pid 99999999999",
        "--interval 1s",
        "--check-content 1GiB",
        "--split-huge",
        "--no-frame",
        "--pid 1 --interval 0",
        "--pid 1 --interval 1",
        "--pid 1 --rounds 0",
        "--pid 1 --ring 1",
        "--pid 1 --mapped 1GiB",
        "--pid 1 --kernel sim",
        "--pid 1 --profile 6.8",
        "--pid 1 --dirty 10",
        "--pid 1 --pattern runs",
        "--pid 1 --warmup 3",
        "--pid 1 --busy",
        "--pid 1 --seed 4"
      })
  void whatMakesNoSenseIsOneLineAndStatusTwo(String options) {
    Program.run("compare " + options).isAMistakeThatSays("--");
  }

  @Test
  void itselfIsNoTarget() {
    Program.run("compare --pid " + ProcessHandle.current().pid())
        .isAMistakeThatSays("is this program");
  }

  @Test
  void aProcessThatIsNotThereIsOneLineAndStatusFour() {
    assertOneLine(Program.run("compare --pid 4194304"), ExitStatus.WORKLOAD_ENDED);
  }

  @Test
  void aThreadOfTheKernelIsOneLineAndStatusThree() {
    assertOneLine(Program.run("compare --pid 2"), ExitStatus.MACHINE_LACKS);
  }

  /** In each round the process is held still: it is seen to be traced, and then not to be. */
  private void awaitSomeRounds(Process program) throws IOException, InterruptedException {
    for (int changes = 0, traced = 0; changes < SOME_CHANGES || registered().isEmpty(); ) {
      assertThat(program.isAlive()).isTrue();
      int now = isTraced() ? 1 : 0;
      changes += now == traced ? 0 : 1;
      traced = now;
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private boolean isTraced() throws IOException {
    return !Files.readString(Path.of("/proc/" + target().pid(), "status"))
        .contains("TracerPid:\t0\n");
  }

  private static void assertOneLine(Program.Outcome outcome, int status) {
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
  }

  /** Nobody traces or holds it, and nothing is registered. */
  private void assertReleased() throws IOException {
    assertThat(Files.readString(Path.of("/proc/" + target().pid(), "status")))
        .contains("TracerPid:\t0\n")
        .containsPattern("State:\t[SRD]");
    assertThat(registered()).isEmpty();
  }

  private List<String> registered() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + target().pid(), "smaps"))) {
      return lines.filter(line -> line.startsWith("VmFlags:") && line.contains(" uw")).toList();
    }
  }
}
