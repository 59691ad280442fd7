package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExploreCommandTest {

  private static final String SMALL = " --pages 1 --writes 3 --drains 1";

  @Test
  void saysHowManyStatesThereAre() {
    Program.Outcome outcome = Program.run("explore --queue percpu" + SMALL);
    assertThat(outcome.status()).isEqualTo(ExitStatus.FINE);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .containsPattern("[0-9,]{4,} states, [0-9,]+ steps between them")
        .contains("no violation")
        .doesNotContain("step  CPU 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-flush", "report-first", "non-atomic-clear"})
  void printsTheTraceOfALostWrite(String quirk) {
    Program.Outcome outcome = Program.run("explore --queue percpu --quirk " + quirk + SMALL);
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(outcome.out()).contains("step  CPU 0", "CPU 1", "reader", "lost write: ");
    assertThat(outcome.out().lines()).noneMatch(line -> line.endsWith(" "));
  }

  @Test
  void aTraceHasAColumnForEachCpuAndOneForTheReader() {
    String out = Program.run("explore --queue locked-map --quirk no-flush" + SMALL).out();
    assertThat(out.lines())
        .contains(
            "   1                                                    begin a drain",
            "   2  store to page 0: fault",
            "  13  store to page 0 through a stale TLB entry");
  }

  @Test
  void aReleaseBringsItsMistakes() {
    Program.Outcome outcome = Program.run("explore --openings 1 --profile 6.8" + SMALL);
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(outcome.out())
        .contains(" 1 openings; arm-loses-hardware-dirty")
        .contains("lost data: the entry of page 0 is not Dirty, and reclaim drops what step ");
    Program.Outcome mended = Program.run("explore --openings 1 --profile 7.3" + SMALL);
    assertThat(mended.err()).contains("--profile 7.3: no quirk of the explored steps");
  }

  @Test
  void jsonHasTheTrace() {
    JsonObject json = Program.run("explore --queue ring --json --quirk no-flush" + SMALL).json();
    assertThat(json.get("queue").getAsString()).isEqualTo("ring");
    assertThat(json.get("violation").getAsString()).startsWith("lost write");
    assertThat(json.getAsJsonArray("trace")).isNotEmpty();
  }

  @Test
  void tooManyStatesAreNoAnswer() {
    Program.Outcome outcome = Program.run("explore --max-states 100" + SMALL);
    assertThat(outcome.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(outcome.out()).contains("not all was seen");
  }
}
