package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.LinuxKernel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "compares on the running Linux kernel")
class CompareOnLinuxTest {

  private static final String SMALL = "compare --mapped 16MiB --rounds 4 --warmup 1 --json ";

  @Test
  void everyStrategyFindsJustThePagesWritten() {
    assumeAvailable(Capability.CHANGE_QUEUE);
    Program.Outcome outcome = Program.run(SMALL + "--dirty 100");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> expected =
        LinuxKernel.open().capabilities().has(Capability.SOFT_DIRTY)
            ? List.of("pagemap", "pagemap-scan", "queue", "soft-dirty-queue", "perfect")
            : List.of("pagemap", "pagemap-scan", "queue", "perfect");
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
}
