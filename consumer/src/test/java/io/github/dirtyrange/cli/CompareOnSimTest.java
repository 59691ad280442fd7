package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.workload.PagePattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompareOnSimTest {

  private static final String SMALL =
      "compare --kernel sim --mapped 16MiB --rounds 3 --warmup 1 --json ";

  @ParameterizedTest
  @EnumSource
  void everyStrategyFindsJustThePagesWritten(PagePattern pattern) {
    Program.Outcome outcome = Program.run(SMALL + "--dirty 5% --pattern " + pattern.label());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.names())
        .containsExactly("pagemap", "pagemap-scan", "queue", "adaptive", "perfect");
    for (JsonObject strategy : outcome.strategies()) {
      assertThat(strategy.get("pagesReported").getAsLong()).isEqualTo(204);
      assertRight(strategy);
    }
  }

  @Test
  void anotherReleaseIsSimulated() {
    Program.Outcome outcome = Program.run(SMALL + "--profile 6.8");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.json().getAsJsonObject("kernel").get("release").getAsString())
        .isEqualTo("6.8");
    outcome.strategies().forEach(CompareOnSimTest::assertRight);
  }

  @Test
  void aReleaseWithoutScansRunsWhatItHas() {
    Program.Outcome outcome = Program.run(SMALL + "--profile 6.1");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.names()).containsExactly("pagemap");
    outcome.strategies().forEach(CompareOnSimTest::assertRight);
  }

  @Test
  void aBusyTargetLosesNothing() {
    Program.Outcome outcome = Program.run(SMALL + "--busy");
    assertThat(outcome.status()).isZero();
    outcome.strategies().forEach(CompareOnSimTest::assertRight);
  }

  @Test
  void allOfMemoryMayBeWrittenInEveryRound() {
    Program.Outcome outcome = Program.run(SMALL + "--dirty 100%");
    assertThat(outcome.status()).isZero();
    for (JsonObject strategy : outcome.strategies()) {
      assertThat(strategy.get("missed").getAsLong()).isZero();
    }
  }

  @Test
  void theSameCommandLineGivesTheSameNumbers() {
    String commandLine = SMALL + "--pattern zipf --seed 5";
    assertThat(Program.run(commandLine).out()).isEqualTo(Program.run(commandLine).out());
  }

  @Test
  void onlyTheStrategiesNamedTakePart() {
    assertThat(Program.run(SMALL + "--strategy perfect,queue").names())
        .containsExactly("queue", "perfect");
  }

  @Test
  void theTableAndTheValuesApartFromJsonComeToo() {
    String small = "compare --kernel sim --mapped 1MiB --rounds 1 --warmup 0 ";
    assertThat(Program.run(small).out()).startsWith("kernel        sim ");
    assertThat(Program.run(small + "--csv").out().lines()).hasSize(6);
  }

  private static void assertRight(JsonObject strategy) {
    for (String count : List.of("missed", "extra", "copyMismatches")) {
      assertThat(strategy.get(count).getAsLong())
          .as("%s of %s", count, strategy.get("name"))
          .isZero();
    }
  }
}
