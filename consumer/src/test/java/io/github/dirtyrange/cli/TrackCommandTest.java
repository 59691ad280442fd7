package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.OwnRights;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code track} on a process of this machine that offers its userfaultfd. */
@Timeout(120)
@Tag("machine")
class TrackCommandTest {

  private static final int MAPPINGS = 30;

  @TempDir static Path folder;
  private static Path many;

  private CTarget target;
  private long address;

  @BeforeAll
  static void compile() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    many = CTarget.compile("many", folder);
  }

  @BeforeEach
  void start() throws Exception {
    target = CTarget.start(many, MAPPINGS);
    address = target.longNumber();
  }

  @AfterEach
  void end() {
    target.close();
  }

  private boolean isRegistered() throws Exception {
    Path smaps = Path.of("/proc", Integer.toString(target.pid()), "smaps");
    return Files.readAllLines(smaps).stream()
        .anyMatch(line -> line.startsWith("VmFlags:") && line.contains(" uw"));
  }

  private void assertUnharmed() throws Exception {
    assertThat(isRegistered()).isFalse();
    assertThat(target.ask("c")).isEqualTo("right");
    assertThat(target.finish()).isZero();
  }

  @Test
  void roundsAreLinesOfEightyColumns() throws Exception {
    Program.Outcome outcome = Program.run("track " + target.pid() + " --rounds 2 --interval 50ms");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines()).allSatisfy(line -> assertThat(line).hasSizeBetween(0, 80));
    assertThat(outcome.out())
        .contains("\nround ")
        .containsPattern("(?m)^    1 ")
        .containsPattern("(?m)^    2 ")
        .contains("(many): 2 rounds in ");
    assertUnharmed();
  }

  @Test
  void whatIsChosenIsSaidAfterEachRound() throws Exception {
    Program.Outcome outcome =
        Program.run(
            "track " + target.pid() + " --strategy adaptive --explain --rounds 3 --interval 50ms");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains(" by adaptive: drain of the change queue or")
        .containsPattern("(?m)^    2 .*\n.* (queue|scan): [0-9,]+ pages, ");
    assertThat(outcome.out().lines().filter(line -> line.startsWith("next "))).hasSize(3);
    assertThat(outcome.out().lines()).allSatisfy(line -> assertThat(line).hasSizeBetween(0, 80));
    assertUnharmed();
  }

  @ParameterizedTest
  @CsvSource({
    "--explain, add --strategy adaptive",
    "--explain --strategy queue, add --strategy adaptive",
    "--explain --strategy adaptive --json, leave out --json",
    "--explain --strategy adaptive --heatmap, leave out --json and --heatmap",
    "--heatmap --output /dev/null, draws on a terminal; leave it out"
  })
  void explanationsAreForPeopleAndForWhatChooses(String options, String remedy) throws Exception {
    Program.Outcome outcome = Program.run("track " + target.pid() + " " + options);
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(remedy).hasLineCount(1);
    assertUnharmed();
  }

  /** What smaps calls registered, and not what is mapped. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--only [stack] "})
  void whatIsArmedIsWhatIsRegistered(String only) throws Exception {
    Process program =
        Program.start(
            List.of(), "track " + target.pid() + " --interval 50ms --json " + only.strip());
    BufferedReader out = program.inputReader(UTF_8);
    JsonObject armed =
        JsonParser.parseString(out.readLine()).getAsJsonObject().getAsJsonObject("event");
    JsonObject said = armed.getAsJsonObject("target");
    out.readLine();
    assertThat(said.get("armedMappings").getAsLong()).isEqualTo(registered().size()).isPositive();
    assertThat(said.get("armedPages").getAsLong())
        .isEqualTo(registered().stream().mapToLong(Long::longValue).sum() / 4);
    out.close();
    assertThat(program.waitFor()).isZero();
  }

  /** {@return the KiB of each mapping that is registered} */
  private List<Long> registered() throws Exception {
    List<Long> sizes = new ArrayList<>();
    long size = 0;
    for (String line :
        Files.readAllLines(Path.of("/proc", Integer.toString(target.pid()), "smaps"))) {
      if (line.startsWith("Size:")) {
        size = Long.parseLong(line.replaceAll("\\D", ""));
      } else if (line.startsWith("VmFlags:") && line.contains(" uw")) {
        sizes.add(size);
      }
    }
    return sizes;
  }

  /** The members and their order are what programs go by. */
  @Test
  void jsonIsAnObjectARound() throws Exception {
    Program.Outcome outcome =
        Program.run("track " + target.pid() + " --rounds 2 --interval 50ms --exact --json");
    assertThat(outcome.status()).isZero();
    List<JsonObject> objects =
        outcome.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    List<JsonObject> rounds = objects.stream().filter(each -> each.has("round")).toList();
    assertThat(rounds).hasSize(2);
    assertThat(rounds.get(0).keySet())
        .containsExactly(
            "round",
            "elapsedNanos",
            "changedPages",
            "runs",
            "inspected",
            "method",
            "roundNanos",
            "stoppedNanos",
            "trackerCpuNanos",
            "missedByQueue",
            "regions",
            "threads",
            "changedBy",
            "gone",
            "added",
            "notTracked");
    assertThat(rounds.get(1).get("method").getAsString()).isEqualTo("exact");
    assertThat(rounds.get(1).get("missedByQueue").getAsLong()).isZero();
    assertThat(objects.get(objects.size() - 1).keySet()).containsExactly("summary");
    assertUnharmed();
  }

  @Test
  void onlyWhatWasAskedForIsTold() throws Exception {
    String place = Long.toHexString(address) + "-" + Long.toHexString(address + 4096);
    Process program =
        Program.start(
            List.of(), "track " + target.pid() + " --interval 100ms --json --only " + place);
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"tracked\"");
    target.ask("w 100 1");
    JsonObject round;
    do {
      round = JsonParser.parseString(out.readLine()).getAsJsonObject();
    } while (round.get("changedPages").getAsLong() == 0);
    assertThat(round.get("changedPages").getAsLong()).isEqualTo(1);
    JsonObject region = round.getAsJsonArray("regions").get(0).getAsJsonObject();
    assertThat(region.keySet()).containsExactly("start", "end", "changed", "now", "mapping");
    assertThat(region.get("start").getAsString()).isEqualTo("0x" + Long.toHexString(address));
    assertThat(region.get("end").getAsString()).isEqualTo("0x" + Long.toHexString(address + 4096));
    assertThat(region.get("now").isJsonNull()).isTrue();
    assertThat(region.get("mapping").getAsString()).isEqualTo("[anon]");
    out.close();
    assertThat(program.waitFor()).isZero();
    assertUnharmed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "track redis",
        "track 0",
        "track -1",
        "track 1 --interval 0",
        "track 1 --interval 1",
        "track 1 --rounds 0",
        "track 1 --strategy perfect",
        "track 1 --only 2000-1000"
      })
  void whatIsNoTargetIsAMistake(String commandLine) {
    Program.Outcome outcome = Program.run(commandLine);
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounds many | is not a whole number",
        "--rounds 1.5 | is not a whole number",
        "--rounds 99999999999999999999 | give at most 9223372036854775807",
        "--strategy none | there are auto, pagemap, pagemap-scan, queue, adaptive, bpf-queue, soft-dirty-queue, kernel-queue (see",
        "--output /no/such/place | there is no such folder",
        "--only 0-7fffffffffff | which end at 7ffffffff000"
      })
  void aMistakeIsToldInWordsOfTheCommandLine(String options, String said) {
    Program.run("track 1 " + options).isAMistakeThatSays(said);
  }

  @Test
  void anOutputThatIsFullIsStatus74() throws Exception {
    Program.Outcome outcome =
        Program.run("track " + target.pid() + " --interval 50ms --output /dev/full");
    assertThat(outcome.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(outcome.err().lines()).singleElement().asString().contains("could not be written");
    assertUnharmed();
  }

  @Test
  void oneselfIsNoTarget() {
    Program.run("track " + ProcessHandle.current().pid()).isAMistakeThatSays("cannot watch itself");
  }

  @Test
  void aMappingThatIsNotThereIsAMistake() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "of yesterday");
    for (String option : List.of("--record ", "--report ", "--output ")) {
      Program.run("track " + target.pid() + " --only libnothing.so " + option + kept)
          .isAMistakeThatSays("no mapping libnothing.so");
      assertThat(kept).hasContent("of yesterday");
    }
    assertUnharmed();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 'track: process 2 is a thread of the kernel, which has no memory to track'",
    "999999999, 4, 'track: open process 999999999: No such process (ESRCH)'"
  })
  void whatCannotBeTrackedIsSaidInOneLine(int pid, int status, String said) {
    Program.Outcome outcome = Program.run("track " + pid);
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.err().lines()).singleElement().asString().endsWith(said);
    assertThat(outcome.out()).isEmpty();
  }

  /** In the words that doctor has for it. */
  @Test
  void whoLacksRightsIsToldWhatWouldGiveThem() throws Exception {
    CTarget nobodys =
        CTarget.start(CTarget.compile("peculiar", folder), "nobody", TimeUnit.HOURS.toMillis(1));
    try (nobodys) {
      int pid = nobodys.number();
      for (String command : List.of("track ", "compare --pid ")) {
        Program.Outcome outcome =
            OwnRights.without(OwnRights.CAP_SYS_PTRACE, () -> Program.run(command + pid));
        assertThat(outcome.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
        assertThat(outcome.err().lines())
            .singleElement()
            .asString()
            .contains("; needs " + remedy(pid));
      }
    }
  }

  /** Who may look at whole CPUs may look at a process's memory as well, and not attach to it. */
  private static String remedy(int pid) throws Exception {
    Program.Outcome doctor =
        OwnRights.without(
            OwnRights.CAP_SYS_PTRACE, () -> Program.run("doctor --json --pid " + pid));
    JsonArray findings = doctor.json().getAsJsonObject("process").getAsJsonArray("findings");
    JsonObject first = findings.get(0).getAsJsonObject();
    assertThat(first.get("name").getAsString()).isIn("rights", "attach");
    assertThat(first.get("detail").getAsString()).doesNotContain("needs");
    return first.get("remedy").getAsString();
  }

  @Test
  void aProcessThatEndsIsToldWithTotals() throws Exception {
    Process program =
        Program.start(List.of(), "track " + target.pid() + " --interval 100ms --json");
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"tracked\"");
    assertThat(out.readLine()).contains("\"round\":1");
    target.kill();
    List<String> rest = out.lines().toList();
    assertThat(program.waitFor()).isEqualTo(ExitStatus.TARGET_ENDED);
    assertThat(rest.get(rest.size() - 2)).contains("\"ended\"");
    assertThat(rest.get(rest.size() - 1)).startsWith("{\"summary\":");
  }

  @ParameterizedTest
  @CsvSource({"HUP, 129", "INT, 130", "TERM, 143"})
  void whoIsToldToEndPrintsTotalsAndDisarms(String signal, int status) throws Exception {
    Process program = Program.start(List.of(), "track " + target.pid() + " --interval 1h --json");
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"tracked\"");
    assertThat(isRegistered()).isTrue();
    Program.signal(program, signal);
    assertThat(out.readLine()).startsWith("{\"summary\":");
    assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(status);
    assertUnharmed();
  }

  /** As of a large memory or a busy machine: a round takes longer than the interval. */
  @Test
  void whoIsToldToEndEndsBetweenRoundsThatFollowAtOnce() throws Exception {
    Process program = Program.start(List.of(), "track " + target.pid() + " --interval 1us --json");
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"tracked\"");
    assertThat(out.readLine()).contains("\"round\":1");
    Program.signal(program, "TERM");
    List<String> rest = out.lines().toList();
    assertThat(program.waitFor()).isEqualTo(143);
    assertThat(rest.get(rest.size() - 1)).startsWith("{\"summary\":");
    assertUnharmed();
  }

  @Test
  @Timeout(60)
  void aReaderThatDoesNotReadHoldsUpNoEnd() throws Exception {
    Process program = Program.start(List.of(), "track " + target.pid() + " --interval 1us --json");
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"tracked\"");
    while (!isFull(program)) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    Program.signal(program, "TERM");
    assertThat(program.waitFor(10, TimeUnit.SECONDS)).as("patience is 20 s otherwise").isTrue();
    assertThat(program.exitValue()).isEqualTo(143);
    assertUnharmed();
  }

  /** {@return whether a thread of it waits in a write to its output} */
  private static boolean isFull(Process program) throws Exception {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + program.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        if (Files.readString(thread.resolve("syscall")).startsWith("1 0x1 ")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void aReaderThatHasGoneEndsItBeforeTheNextRound() throws Exception {
    Process program = Program.start(List.of(), "track " + target.pid() + " --interval 1h --json");
    BufferedReader out = new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8));
    assertThat(out.readLine()).contains("\"tracked\"");
    out.close();
    assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isZero();
    assertUnharmed();
  }

  @Test
  void aRecordingCanBeReplayed() throws Exception {
    Path trace = folder.resolve("many.trace");
    Program.Outcome outcome =
        Program.run("track " + target.pid() + " --rounds 2 --interval 50ms --record " + trace);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("(many): 2 rounds in ");
    Program.Outcome replayed = Program.run("retrace " + trace + " --json");
    assertThat(replayed.err()).isEmpty();
    assertThat(replayed.status()).isZero();
    assertThat(replayed.json().get("rounds").getAsInt()).isEqualTo(2);
    assertThat(replayed.json().get("pid").getAsInt()).isEqualTo(target.pid());
    assertUnharmed();
  }

  @Test
  void aRecordingThatIsLostIsTold() throws Exception {
    Program.Outcome outcome =
        Program.run("track " + target.pid() + " --interval 50ms --record /dev/full");
    assertThat(outcome.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .contains("--record /dev/full could not be written whole");
    Program.run("track " + target.pid() + " --record /no/such/place")
        .isAMistakeThatSays("--record /no/such/place cannot be written: there is no such folder");
    assertUnharmed();
  }
}
