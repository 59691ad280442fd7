package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.LinuxKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "compares on the running Linux kernel")
class CompareOnLinuxTest {

  private static final int SIGQUIT = 3;
  private static final String SMALL = "compare --mapped 16MiB --rounds 4 --warmup 1 --json ";

  @Test
  void everyStrategyFindsJustThePagesWritten() {
    assumeAvailable(Capability.CHANGE_QUEUE);
    Program.Outcome outcome = Program.run(SMALL + "--dirty 100");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> expected =
        LinuxKernel.open().capabilities().has(Capability.SOFT_DIRTY)
            ? List.of("pagemap", "pagemap-scan", "queue", "adaptive", "soft-dirty-queue", "perfect")
            : List.of("pagemap", "pagemap-scan", "queue", "adaptive", "perfect");
    assertThat(outcome.names()).isEqualTo(expected);
    outcome.strategies().forEach(CompareOnLinuxTest::assertRight);
    assertThat(outcome.json().getAsJsonObject("workload").get("populatedPages").getAsInt())
        .isEqualTo(4096);
  }

  /** What a queue goes by fits into a line of the table; what more there is is in the JSON. */
  @Test
  void whatAStrategyDoesIsLessThanALine() {
    assumeAvailable(Capability.CHANGE_QUEUE);
    Program.Outcome outcome = Program.run(SMALL + "--dirty 100");
    assertThat(outcome.strategies())
        .allSatisfy(
            strategy -> assertThat(strategy.get("mechanism").getAsString()).hasSizeLessThan(100));
    assertThat(outcome.strategies().get(2).get("mechanism").getAsString())
        .startsWith("drain of the change queue; gaps of up to ");
    assertThat(outcome.strategies().get(2).get("details").getAsString())
        .contains("pages a CPU")
        .contains("a call ");
  }

  @Test
  void aBusyTargetLosesNothingToStrategiesThatClaimCompleteness() {
    assumeAvailable(Capability.CHANGE_QUEUE);
    Program.Outcome outcome = Program.run(SMALL + "--busy --strategy pagemap-scan,queue,perfect");
    assertThat(outcome.status()).isZero();
    outcome.strategies().forEach(CompareOnLinuxTest::assertRight);
  }

  @Test
  void aRingOfOnePageFallsBackToScansAndLosesNothing() {
    assumeAvailable(Capability.CHANGE_QUEUE);
    Program.Outcome outcome = Program.run(SMALL + "--dirty 1000 --ring 4KiB --strategy queue");
    assertThat(outcome.status()).isZero();
    JsonObject queue = outcome.strategies().get(0);
    assertRight(queue);
    assertThat(queue.get("fallbackRounds").getAsInt()).isPositive();
  }

  @Test
  void aKilledWorkloadIsOneLineAndStatusFour() throws Exception {
    assumeAvailable(Capability.PAGEMAP_SCAN);
    Process program =
        Program.start(List.of(), "compare --mapped 1MiB --rounds 1000000 --strategy pagemap-scan");
    ProcessHandle workload = workloadOf(program);
    workload.destroyForcibly();
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(ExitStatus.WORKLOAD_ENDED);
    assertThat(program.errorReader().lines())
        .singleElement()
        .asString()
        .startsWith("dirtyrange compare: the workload ended");
  }

  @Test
  void moreMemoryThanTheMachineHasIsOneLineAndStatusThree() {
    Program.Outcome outcome = Program.run("compare --mapped 4TiB");
    assertThat(outcome.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).singleElement().asString().contains("4 TiB", "--mapped");
  }

  private static void assertRight(JsonObject strategy) {
    for (String count : List.of("missed", "extra", "copyMismatches")) {
      assertThat(strategy.get(count).getAsLong())
          .as("%s of %s", count, strategy.get("name"))
          .isZero();
    }
    assertThat(strategy.get("copiedBytes").getAsLong()).isPositive();
  }

  private static ProcessHandle workloadOf(Process program) throws IOException {
    while (program.isAlive()) {
      if (program.children().findFirst().isPresent()) {
        return program.children().findFirst().get();
      }
      Thread.onSpinWait();
    }
    throw new IOException(new String(program.getErrorStream().readAllBytes(), UTF_8));
  }

  private static void assumeAvailable(String name) {
    Capabilities capabilities = LinuxKernel.open().capabilities();
    assumeTrue(capabilities.has(name), () -> name + " is not to be had: " + capabilities.get(name));
  }

  /** Ctrl-\\ reaches the workload too, whose threads must not get into its answers. */
  @Test
  void theThreadsOfTheWorkloadAreNoAnswer() throws Exception {
    Process program =
        Program.start(
            List.of("-XX:+DisplayVMOutputToStderr"),
            "compare --mapped 16MiB --rounds 2000 --warmup 0 --strategy perfect");
    CompletableFuture<byte[]> err =
        CompletableFuture.supplyAsync(() -> readAll(program.getErrorStream()));
    CompletableFuture<byte[]> out =
        CompletableFuture.supplyAsync(() -> readAll(program.getInputStream()));
    int asked = 0;
    while (program.isAlive()) {
      Optional<ProcessHandle> workload = program.children().findFirst();
      if (workload.isPresent() && asked < 20 && catchesQuit(workload.get())) {
        String pid = Long.toString(workload.get().pid());
        asked += new ProcessBuilder("kill", "-QUIT", pid).start().waitFor() == 0 ? 1 : 0;
      }
      Thread.sleep(10);
    }
    assertThat(program.exitValue()).as(new String(err.join(), UTF_8)).isEqualTo(ExitStatus.FINE);
    assertThat(asked).isGreaterThan(2);
    assertThat(new String(out.join(), UTF_8)).endsWith("Every strategy found every page.\n");
  }

  /**
   * Before a virtual machine has its handler, SIGQUIT ends it, like any other process; and before
   * it is executed, it has the handlers of who started it.
   */
  private static boolean catchesQuit(ProcessHandle process) {
    Path folder = Path.of("/proc", Long.toString(process.pid()));
    String started = commandLine(folder);
    try (Stream<String> lines = Files.lines(folder.resolve("status"))) {
      return started.contains("WorkloadMain")
          && lines
              .filter(line -> line.startsWith("SigCgt:"))
              .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .anyMatch(caught -> (caught >>> (SIGQUIT - 1)) % 2 != 0);
    } catch (IOException | UncheckedIOException ended) {
      return false;
    }
  }

  /** {@return all of it} What ProcessHandle tells may end within a long class path. */
  private static String commandLine(Path folder) {
    try {
      return Files.readString(folder.resolve("cmdline"));
    } catch (IOException | UncheckedIOException ended) {
      return "";
    }
  }

  private static byte[] readAll(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
