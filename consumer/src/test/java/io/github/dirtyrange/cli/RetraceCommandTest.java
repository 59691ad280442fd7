package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceHeader;
import io.github.dirtyrange.trace.TraceWriter;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetraceCommandTest {

  private static final Path TRACES = Path.of("src", "test", "traces");

  @TempDir Path folder;

  private static String trace(String name) {
    return TRACES.resolve(name + ".trace").toString();
  }

  /** Recorded of real programs; every strategy finds what they wrote, and always says the same. */
  @ParameterizedTest
  @CsvSource({"redis,16,1865", "jvm,16,135486", "sort,34,42942"})
  void aRecordedTraceIsReplayedAlikeEachTime(String name, int rounds, long written) {
    Program.Outcome outcome = Program.run("retrace " + trace(name) + " --json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    JsonObject json = outcome.json();
    assertThat(json.get("rounds").getAsInt()).isEqualTo(rounds);
    assertThat(json.get("writtenPages").getAsLong()).isEqualTo(written);
    assertThat(outcome.names()).containsExactly("pagemap", "pagemap-scan", "queue", "adaptive");
    assertThat(outcome.strategies())
        .allSatisfy(each -> assertThat(each.get("missed").getAsLong()).isZero());
    assertThat(Program.run("retrace " + trace(name) + " --json")).isEqualTo(outcome);
  }

  @Test
  void theTableIsNoWiderThanAHundredColumns() {
    Program.Outcome outcome = Program.run("retrace " + trace("redis") + " --queue ring,bitmap");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(101));
    assertThat(outcome.out())
        .contains("(redis-server): 16 rounds, 45.5 MiB mapped; 1,865 pages written in all")
        .contains("\nqueue:ring ")
        .contains("\nqueue:bitmap ")
        .endsWith("Every strategy found every page.\n");
  }

  @Test
  void linesOfManyCanBePutTogether() {
    Program.Outcome outcome =
        Program.run("retrace " + trace("redis") + " --csv --strategy pagemap-scan");
    assertThat(outcome.out().lines()).hasSize(2);
    assertThat(outcome.out()).contains("redis-server,14952,7.3,16,11643,1865,pagemap-scan,");
  }

  @Test
  void aCutTraceIsReplayedAndTold() throws Exception {
    byte[] whole = Files.readAllBytes(TRACES.resolve("redis.trace"));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));
    Program.Outcome outcome = Program.run("retrace " + cut);
    assertThat(outcome.status()).isEqualTo(ExitStatus.DATA_CUT);
    assertThat(outcome.out()).contains("Every strategy found every page.");
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .contains("it is cut: at byte " + whole.length / 2)
        .endsWith("rounds before were replayed");
    Path head = Files.write(folder.resolve("head"), Arrays.copyOf(whole, 100));
    Program.run("retrace " + head).isAMistakeThatSays("it is cut");
  }

  @Test
  void anAddressBeyondUserSpaceIsToldWithFileAndLine() throws Exception {
    Path perf =
        Files.writeString(
            folder.resolve("far"),
            "a 7 1.5: page-faults: 1000000\na 7 1.7: page-faults: 7ffffffff123\n");
    Program.run("retrace " + perf)
        .isAMistakeThatSays(
            perf + ": line 2: 0x7ffffffff123 is beyond user space, which ends at 0x7ffffffff000");
  }

  /** A shell that only starts others has no round, perhaps. */
  @Test
  void aFirstProcessWithoutARoundIsToldWithTheOthers() throws Exception {
    List<TraceEvent> events = new ArrayList<>();
    events.add(new TraceEvent.Tracked(5, "sh", "queue", false, 3));
    events.addAll(SmallTrace.events());
    Path trace = Files.write(folder.resolve("shell"), SmallTrace.bytes(events));
    Program.run("retrace " + trace)
        .isAMistakeThatSays("shell has no round of process 5; name another one with --pid: 7");
    assertThat(Program.run("retrace --pid 7 " + trace).status()).isZero();
    List<TraceEvent> two = new ArrayList<>(SmallTrace.events());
    two.add(new TraceEvent.Tracked(9, "sh", "queue", false, 3));
    two.add(anotherRound());
    Path both = Files.write(folder.resolve("both"), SmallTrace.bytes(two));
    assertThat(Program.run("retrace --strategy queue " + both).err())
        .contains(
            "dirtyrange retrace: 1 round of other processes was left out; --pid names one: 9");
  }

  @Test
  void aTextThatEndsInALineIsReplayedUpToThereAndTold() throws Exception {
    Path perf =
        Files.writeString(
            folder.resolve("cut"), "a 7 1.5: page-faults: 1000000\na 7 1.7: page-faults: 7ff");
    Program.Outcome outcome = Program.run("retrace " + perf + " --json");
    assertThat(outcome.status()).isEqualTo(65);
    assertThat(outcome.json().get("writtenPages").getAsInt()).isEqualTo(1);
    assertThat(outcome.json().get("cut").getAsString()).isEqualTo("it is cut: line 2 has no end");
    assertThat(outcome.err())
        .contains(perf + ": it is cut: line 2 has no end; the 1 round before was replayed");
  }

  /** A command may have ends of lines, and a file of somebody else what it likes. */
  private static TraceEvent anotherRound() {
    return new TraceEvent.Round(
        9,
        1,
        1,
        RoundMethod.QUEUE,
        1,
        1,
        SmallTrace.regions(100, 101),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  @Test
  void helpNamesEachStrategy() {
    assertThat(Program.run("retrace --help").out().replaceAll("\\s+", " "))
        .contains("some of pagemap, pagemap-scan, queue, adaptive, with commas between");
  }

  @Test
  void textsOfAFileMoveNoCursor() throws Exception {
    String evil = "a\nb\u001b[31m\u009b2J\u202e\r";
    TraceHeader header = new TraceHeader(evil, evil, "sh -c 'a\nb'" + evil, 7, evil, 1, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TraceWriter writer = new TraceWriter(bytes, header)) {
      for (TraceEvent event : SmallTrace.events()) {
        writer.write(event);
      }
      writer.end();
    }
    Path trace = Files.write(folder.resolve("evil"), bytes.toByteArray());
    String shown = "a?b?[31m?2J??";
    String table = Program.run("retrace --strategy pagemap-scan " + trace).out();
    assertThat(table)
        .contains("by " + shown + " at 1970-01-01T00:00:00.001Z, Linux " + shown + ", by " + shown)
        .contains("7 (sh -c 'a?b'" + shown + "): 2 rounds")
        .matches("[\\P{C}\n]*");
    String csv = Program.run("retrace --csv --strategy pagemap-scan " + trace).out();
    assertThat(csv)
        .hasLineCount(2)
        .contains("\nsh -c 'a?b'" + shown + ",7,")
        .matches("[\\P{C}\n]*");
    assertThat(
            Program.run("retrace --json --strategy pagemap-scan " + trace)
                .json()
                .get("program")
                .getAsString())
        .isEqualTo(header.command());
  }

  @Test
  void textsOfOtherProgramsAreReplayed() throws Exception {
    Path perf =
        Files.writeString(
            folder.resolve("perf"),
            "a 7 1.5: page-faults: 1000000\nwhat?\na 7 1.7: page-faults: 1002000\n");
    Program.Outcome outcome = Program.run("retrace " + perf + " --json --round-time 1ms");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.json().get("rounds").getAsInt()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines(
            "dirtyrange retrace: 1 line means nothing here and was passed over: line 2");
    Path lackey = Files.writeString(folder.resolve("lackey"), " S 1000000,8\n M 1001ffc,8\n");
    JsonObject stores = Program.run("retrace " + lackey + " --json --round-writes 1").json();
    assertThat(stores.get("rounds").getAsInt()).isEqualTo(2);
    assertThat(stores.get("writtenPages").getAsInt()).isEqualTo(3);
    Program.run("retrace " + lackey + " --round-time 1ms").isAMistakeThatSays("no times");
    Program.run("retrace " + lackey + " --pid 7").isAMistakeThatSays("--pid chooses of a trace");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nowhere; there is no such file",
        "pom.xml; line 1 is none of a trace",
        "src; it is a folder",
        "/dev/null; keep it in a file first",
        "src/test/traces/redis.trace --strategy perfect; perfect is told the pages",
        "src/test/traces/redis.trace --round-time 1s; has its rounds",
        "src/test/traces/redis.trace --round-writes 0; give at least 1",
        "src/test/traces/redis.trace --pid 1; has no round of process 1; name another one with --pid:"
            + " 14952",
        "src/test/traces/redis.trace --strategy pagemap --queue ring; --strategy leaves out",
        "src/test/traces/redis.trace --strategy adaptive --queue ring; --strategy leaves out",
        "src/test/traces/redis.trace --strategy pagemap-scan --ring 1MiB; leave out --ring",
        "src/test/traces/redis.trace --ring 1; less than a page",
        "src/test/traces/redis.trace --costs nowhere; there is no such file"
      })
  void mistakesAreToldInALine(String mistake) {
    String[] parts = mistake.split("; ", 2);
    Program.run("retrace " + parts[0]).isAMistakeThatSays(parts[1]);
  }
}
