package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DoctorCommandTest {

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  private static List<String> members(JsonElement object) {
    return List.copyOf(object.getAsJsonObject().keySet());
  }

  @Test
  void theJsonHasTheShapeThatIsDocumented() {
    Program.Outcome outcome = Program.run("doctor --json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    JsonObject json = outcome.json();
    assertThat(members(json))
        .containsExactly("kernel", "capabilities", "strategies", "recording", "process");
    assertThat(members(json.get("kernel"))).containsExactly("release", "machine");
    assertThat(json.getAsJsonArray("capabilities"))
        .allSatisfy(
            each ->
                assertThat(members(each)).containsExactly("name", "available", "detail", "remedy"));
    assertThat(json.getAsJsonArray("strategies"))
        .allSatisfy(
            each -> assertThat(members(each)).containsExactly("name", "usable", "claims", "lacks"));
    JsonElement recording = json.get("recording");
    if (!recording.isJsonNull()) {
      assertThat(members(recording)).containsExactly("complete", "functions", "ways");
    }
    assertThat(json.get("process").isJsonNull()).isTrue();
  }

  /** So that one can be looked up in the other. */
  @Test
  void whatCompareNamesIsNamedAlike() {
    List<String> names = new ArrayList<>();
    Program.run("doctor --json")
        .json()
        .getAsJsonArray("capabilities")
        .forEach(each -> names.add(each.getAsJsonObject().get("name").getAsString()));
    JsonObject compared =
        Program.run("compare --json --mapped 1MiB --dirty 1 --rounds 1 --warmup 0").json();
    assertThat(names)
        .doesNotHaveDuplicates()
        .containsAll(members(compared.getAsJsonObject("kernel").get("capabilities")));
  }

  @Test
  void aProcessThatCanBeTrackedIsSaidSo() throws IOException {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    try {
      Program.Outcome json = Program.run("doctor --json --pid " + sleep.pid());
      JsonObject process = json.json().getAsJsonObject("process");
      assertThat(members(process))
          .containsExactly(
              "pid",
              "name",
              "trackable",
              "threads",
              "findings",
              "strategies",
              "sampling",
              "hugePageBytes",
              "hugetlbBytes");
      boolean trackable = process.get("trackable").getAsBoolean();
      assertThat(json.status()).isEqualTo(trackable ? 0 : ExitStatus.MACHINE_LACKS);
      Program.Outcome text = Program.run("doctor --pid " + sleep.pid());
      assertThat(text.status()).isEqualTo(json.status());
      assertThat(text.out().lines())
          .filteredOn(line -> line.strip().contains(" "))
          .allSatisfy(line -> assertThat(line).hasSizeBetween(0, 80));
      assertThat(text.out())
          .contains(
              "process "
                  + sleep.pid()
                  + " (sleep) "
                  + (trackable ? "can be tracked" : "cannot be tracked"));
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void whatNothingCanTrackIsStatus3() {
    Program.Outcome outcome = Program.run("doctor --pid 2");
    assertThat(outcome.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(outcome.out()).contains("process 2 (kthreadd) cannot be tracked");
    assertThat(outcome.out()).contains("is a thread of the kernel").doesNotContain("ESRCH");
  }

  @Test
  void whatDoesNotExistIsStatus4() {
    Program.Outcome outcome = Program.run("doctor --pid " + 999_999_999);
    assertThat(outcome.status()).isEqualTo(ExitStatus.WORKLOAD_ENDED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).singleElement().asString().contains("ESRCH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "abc", "1.5", "99999999999"})
  void whatIsNoProcessNumberIsAMistake(String word) {
    Program.run("doctor --pid " + word).isAMistakeThatSays("--pid");
  }

  @Test
  void theProgramItselfIsAMistake() {
    Program.run("doctor --pid " + ProcessHandle.current().pid())
        .isAMistakeThatSays("cannot watch itself");
  }
}
