package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class LawsCommandTest {

  @TempDir private Path folder;

  /** A design of one's own, which forgets everything. */
  public static final class Forgetter implements QueueDesign {

    @Override
    public String name() {
      return "forgetter";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new Empty();
    }

    private static final class Empty implements RecordQueue {

      @Override
      public boolean record(int cpu, long startVpn, long endVpn, long changed) {
        return true;
      }

      @Override
      public long drain(RegionVisitor visitor) {
        return 0;
      }

      @Override
      public void peek(RegionVisitor visitor) {}

      @Override
      public long memoryBytes() {
        return 0;
      }
    }
  }

  @Test
  void aDesignThatKeepsWhatItClaimsIsRight() {
    Program.Outcome outcome = Program.run("laws --queue percpu-bounded,bitmap --programs 40");
    assertThat(outcome.status()).isEqualTo(ExitStatus.FINE);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .startsWith("40 programs, seed 1\n\n")
        .contains("bitmap breaks L8 on 7.3")
        .contains("| percpu-bounded | kept 40 | ")
        .contains("| bitmap         | kept 40 | ");
  }

  @Test
  void aWrongDesignOfOnesOwnIsFoundAndNamed() {
    String name = Forgetter.class.getName();
    Program.Outcome outcome = Program.run("laws --programs 20 --queue " + name);
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(outcome.out())
        .contains("forgetter breaks L1 ", "| forgetter      | BROKEN by ")
        .contains("| not broken in 20 |");
    JsonObject json = Program.run("laws --json --programs 20 --queue " + name).json();
    JsonObject broken =
        json.getAsJsonArray("designs")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("broken")
            .get(0)
            .getAsJsonObject();
    assertThat(broken.get("law").getAsString()).isEqualTo("L1");
    assertThat(broken.get("claimed").getAsBoolean()).isTrue();
    assertThat(broken.get("program").getAsString()).startsWith("[");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--queue ring,percpu", "--queue bitmap --seed 9"})
  void shardsGatheredAreTheWhole(String designs) throws IOException {
    String command = "laws --programs 30 " + designs;
    String files = shard(command, 2) + " " + shard(command, 3) + " " + shard(command, 1);
    assertThat(Program.run("gather" + " " + files)).isEqualTo(Program.run(command));
    assertThat(Program.run("gather --json " + files)).isEqualTo(Program.run(command + " --json"));
  }

  private Path shard(String command, int number) throws IOException {
    String report = Program.run(command + " --json --shard " + number + "/3").out();
    return Files.writeString(folder.resolve(number + ".json"), report);
  }

  @Test
  void aBrokenLawIsBrokenInWhatIsGatheredToo() throws IOException {
    String command = "laws --programs 9 --queue " + Forgetter.class.getName();
    String files = shard(command, 1) + " " + shard(command, 2) + " " + shard(command, 3);
    assertThat(Program.run("gather " + files).status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    Program.run("gather --csv " + folder.resolve("x") + " " + files)
        .isAMistakeThatSays("--csv is of surveys; reports of laws have none");
  }

  @Test
  void whatAreNotTheShardsOfOneRunIsRefused() throws IOException {
    String command = "laws --queue ring --programs 9";
    Path first = shard(command, 1);
    Program.run("gather " + first)
        .isAMistakeThatSays("these are not the shards of one run: shard 2/3 is missing");
    Path other = Files.writeString(folder.resolve("other"), "{\"kernel\":\"6.18\"}");
    Program.run("gather " + first + " " + other)
        .isAMistakeThatSays("these are not the shards of one run: some are of laws, some are not");
  }

  /** Whatever becomes of a file on its way, gather says which it is, in one line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"programs\": 9 | \"programs\": 0",
        "\"programs\": 9 | \"programs\": \"x\"",
        "\"shard\" | \"shared\"",
        "\"queues\" | \"queue\"",
        "\"of\": 1 | \"of\": 0",
        "\"L1\" | \"L13\"",
        "\"by\": \"process\" | \"by\": \"magic\"",
        "\"what\" | \"that\"",
        "\"name\" | \"names\""
      })
  void whatIsNoReportIsRefused(String was, String is) throws IOException {
    String report = Program.run("laws --queue bitmap --programs 9 --json").out();
    assertThat(report).contains(was);
    Path file = Files.writeString(folder.resolve("a.json"), report.replaceFirst(was, is));
    Program.run("gather " + file).isAMistakeThatSays(file + ": ");
  }

  /** The last of two would count, and hide a breach. */
  @Test
  void aFileThatSaysSomethingTwiceIsRefused() throws IOException {
    String report = Program.run("laws --queue bitmap --programs 9 --json").out();
    assertThat(report).contains("\"broken\": [");
    Path file =
        Files.writeString(
            folder.resolve("a.json"),
            report.replaceFirst("\"broken\": \\[", "\"broken\": [], \"broken\": ["));
    Program.run("gather " + file).isAMistakeThatSays("has \"broken\" twice in one object");
  }

  /** A file is from somewhere else, and its words must not steer who reads them. */
  @Test
  void whatAFileSaysIsShownAsItIsWritten() throws IOException {
    String report =
        Program.run("laws --queue bitmap --programs 9 --json")
            .out()
            .replace("\"bitmap\"", "\"bit\\u001b[1mmap\"")
            .replace("\"kernel\": \"", "\"kernel\": \"\\u001b[2m")
            .replace("\"program\": \"", "\"program\": \"\\u001b[3m\\n")
            .replace("\"what\": \"", "\"what\": \"\\u009b4m");
    Path file = Files.writeString(folder.resolve("a.json"), report);
    assertThat(Program.run("gather " + file).out())
        .contains("bit?[1mmap breaks L8 on ?[2m7.3:\n  ?[3m?[", "\n  ?4m", "| bit?[1mmap ")
        .doesNotContainPattern("[\\p{C}&&[^\n]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--programs 0 | --programs 0 leaves nothing to run",
        "--programs 3 --shard 1/4 | --shard 1/4: there are only 3 programs for so many shards",
        "--shard 3/2 | there is no shard 3 of 2",
        "--shard two | is no shard; write 2/8 for the second of 8",
        "--queue nothing | nothing",
        "--queue ring,ring | --queue names ring twice",
        "--seed x | --seed"
      })
  void aMistakeIsOneLine(String options, String said) {
    Program.run("laws " + options).isAMistakeThatSays(said);
  }

  /** Says that it runs, so that somebody can wait for that. */
  public static final class Announcing implements QueueDesign {

    private static final QueueDesign BITMAP = QueueDesigns.find("bitmap");
    private static boolean told;

    @Override
    public String name() {
      return "announcing";
    }

    @Override
    public Claims claims() {
      return BITMAP.claims();
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      if (!told) {
        told = true;
        System.err.println("running");
      }
      return BITMAP.open(spec);
    }
  }

  @Test
  void toldToEndItReportsWhatWasRun() throws Exception {
    String designs = Announcing.class.getName() + ",ring";
    Process program = Program.start(List.of(), "laws --programs 100000000 --queue " + designs);
    BufferedReader err = program.errorReader(UTF_8);
    assertThat(err.readLine()).isEqualTo("running");
    Program.signal(program, "TERM");
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertThat(err.lines()).contains("interrupted in design 1 of 2");
    assertThat(program.waitFor()).isEqualTo(128 + 15);
    assertThat(out).contains("| announcing     | kept ").doesNotContain("| ring ");
  }
}
