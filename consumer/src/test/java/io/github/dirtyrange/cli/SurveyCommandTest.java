package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dirtyrange.costs.CostModelFile;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.report.SurveyJson;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code survey}, on the simulated kernel, and {@code gather} of its shards. */
class SurveyCommandTest {

  private static final String SMALL =
      "survey --kernel sim --mapped 1MiB,2MiB --dirty 10,100 --pattern uniform,runs --rounds 1"
          + " --warmup 1 ";

  @TempDir private Path folder;

  @Test
  void saysWhereItCrossesAndWhatWinsWhere() {
    Program.Outcome outcome = Program.run(SMALL);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("from, total", "cheapest by total, sim: ", "8 of 8 points measured")
        .endsWith("Every strategy found every page.\n");
    assertThat(outcome.err()).startsWith("dirtyrange: 8 points, about ");
  }

  @Test
  void takesQueueDesigns() {
    Program.Outcome outcome =
        Program.run(SMALL + "--queue percpu,locked-map --strategy queue,pagemap-scan");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("queue:percpu", "queue:locked-map");
  }

  @Test
  void goesOnFromAnyLineAndFromAnyCutOfOne() throws IOException {
    String line = SMALL + "--strategy queue --json --resume ";
    Path file = folder.resolve("whole.survey");
    String out = Program.run(line + file).out();
    String text = Files.readString(file);
    Path cut = folder.resolve("cut.survey");
    int head = text.indexOf('\n');
    for (int at = head; at <= text.length(); at = next(text, at)) {
      Files.writeString(cut, text.substring(0, at));
      assertThat(Program.run(line + cut).out()).isEqualTo(out);
      assertThat(Files.readString(cut)).isEqualTo(text);
    }
  }

  /** The end of a line is followed by the next one's beginning, its middle, and its end. */
  private static int next(String text, int at) {
    int end = text.indexOf('\n', at);
    if (end < 0) {
      return text.length() + 1;
    }
    if (at == end) {
      return at + 1;
    }
    return text.charAt(at - 1) == '\n' ? (at + end) / 2 : end;
  }

  @Test
  void beginsAnewWhereNotEvenThePlanIsWhole() throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, 50));
    Program.run(SMALL + "--resume " + file);
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  /** Another program may have laid it out anew, and left out its line feed. */
  @Test
  void aPlanWithoutItsLineFeedIsWrittenAgain() throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.indexOf('\n')) + " ");
    Program.run(SMALL + "--resume " + file);
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void measuresNothingTwice() throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"missed\":0", "\"missed\":3"));
    Program.Outcome again = Program.run(SMALL + "--resume " + file);
    assertThat(again.err()).contains("8 are measured already");
    assertThat(again.out()).contains("MISSED 3 pages");
    assertThat(again.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mapped 2MiB | they differ in --mapped (1 MiB,2 MiB and 2 MiB); name",
        "--dirty 10 | they differ in --dirty (10,100 and 10); name",
        "--pattern zipf | they differ in --pattern (uniform,runs and zipf); name",
        "--seed 2 | they differ in --seed (1 and 2); name",
        "--strategy queue | they differ in --strategy (pagemap,pagemap-scan,queue,adaptive,perfect and queue); name",
        "--queue ring,percpu | they differ in --queue (none and ring,percpu); name",
        "--rounds 2 | they differ in --rounds (1 and 2); name",
        "--warmup 2 | they differ in --warmup (1 and 2); name",
        "--costs COSTS | they differ in --costs (default and of a file with checksum",
        "--shard 1/2 | they differ in --shard (1/1 and 1/2); name",
        "--seed 2 --costs COSTS --queue ring | they differ in --queue (none and ring), --costs (default and",
      })
  void anotherPlanIsRefused(String other, String why) throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    String option = other.substring(0, other.indexOf(' ') + 1);
    Path costs = folder.resolve("costs.json");
    Files.writeString(costs, CostModelFile.render(CostModel.defaults()));
    String line = SMALL.contains(option) ? SMALL.replaceAll(option + "\\S+", other) : SMALL + other;
    Program.run(line.strip().replace("COSTS", costs.toString()) + " --resume " + file)
        .isAMistakeThatSays(why);
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void aFileThatIsNoSurveyIsLeftAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("letter"), "Dear Matt,\n");
    Program.run(SMALL + "--resume " + file).isAMistakeThatSays("is no file of a survey");
    assertThat(Files.readString(file)).isEqualTo("Dear Matt,\n");
  }

  @Test
  void aFileInUseIsRefused() throws IOException {
    Path file = folder.resolve("a.survey");
    try (FileChannel other =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(other.tryLock()).isNotNull();
      Program.run(SMALL + "--resume " + file).isAMistakeThatSays("is in use by another survey");
    }
  }

  /** Only the kernel knows: within this virtual machine a lock seems to be held longer. */
  @Test
  void aFileIsLockedWhileItsSurveyGoesOn() throws IOException {
    assumeThat(Path.of("/proc/locks")).exists();
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    SurveyPlan plan = SurveyJson.parse(Files.readString(file)).plan();
    String locked = ":" + Files.getAttribute(file, "unix:ino") + " 0 EOF";
    try (SurveyLog log = SurveyLog.open(file, plan)) {
      assertThat(log.before()).hasSize(8);
      assertThat(Files.readString(Path.of("/proc/locks"))).contains(locked);
    }
    assertThat(Files.readString(Path.of("/proc/locks"))).doesNotContain(locked);
  }

  @Test
  void shardsGatheredAreTheWhole() throws IOException {
    Path csv = folder.resolve("whole.csv");
    Program.Outcome whole = Program.run(SMALL + "--json --csv " + csv);
    Path first = folder.resolve("1.survey");
    Program.run(SMALL + "--shard 1/2 --resume " + first);
    Path second = folder.resolve("2.json");
    Files.writeString(second, Program.run(SMALL + "--shard 2/2 --json").out());
    Path joined = folder.resolve("joined.csv");
    Program.Outcome gathered =
        Program.run("gather --json --csv " + joined + " " + second + " " + first);
    assertThat(gathered.out()).isEqualTo(whole.out());
    assertThat(joined).hasSameTextualContentAs(csv);
    Path page = joined.resolveSibling("page.html");
    Program.run("gather --report " + page + " " + first + " " + second);
    assertThat(page).content().contains("Scan or queue: a survey").contains(first.toString());
    assertThat(Program.run("gather " + first + " " + second).out())
        .isEqualTo(Program.run(SMALL).out());
  }

  /** A file is from somewhere else, and its words must not steer who reads them. */
  @Test
  void whatAFileSaysOfItsMachineStaysOnOneLine() throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    Files.writeString(
        file, text.replaceFirst("\"machine\":\"", "\"machine\":\"A\\\\u001b[31m\\\\nB"));
    assertThat(Program.run("gather " + file).out()).contains("A?[31m?B");
    Program.run(SMALL + "--resume " + file).isAMistakeThatSays("A?[31m?B");
    Files.writeString(file, text.replaceFirst("\"uniform\"", "\"A\\\\u001b[31m\\\\nB\""));
    Program.run("gather " + file).isAMistakeThatSays("unknown pattern, A?[31m?B");
  }

  @Test
  void noNameOfAFileSteersATerminal() throws IOException {
    Path file = folder.resolve("a.survey");
    Program.run(SMALL + "--queue percpu --resume " + file);
    String text =
        Files.readString(file)
            .replace("\"sim\"", "\"s\\u001b[1m\\nim\"")
            .replace("\"release\":\"", "\"release\":\"\\u001b[2m")
            .replace("percpu", "per\\u009b3mcpu")
            .replace("\"missed\":0", "\"missed\":3");
    Files.writeString(file, text);
    Path csv = folder.resolve("a.csv");
    String out = Program.run("gather --csv " + csv + " " + file).out();
    assertThat(out)
        .contains("cheapest by total, s?[1m?im: ", "queue:per?3mcpu", "WRONG COPIES: s?[1m?im,")
        .doesNotContainPattern("[\\p{C}&&[^\n]]");
    assertThat(Files.readString(csv))
        .contains("s?[1m?im,?[2m", ",queue:per?3mcpu,")
        .doesNotContainPattern("[\\p{C}&&[^\n]]");
  }

  @Test
  void whatIsNotTheShardsOfOneSurveyIsRefused() throws IOException {
    Path first = folder.resolve("1.survey");
    Program.run(SMALL + "--shard 1/2 --resume " + first);
    Program.run("gather " + first).isAMistakeThatSays("shard 2/2 is missing");
    Path copy = Files.copy(first, folder.resolve("copy.survey"));
    Program.run("gather " + first + " " + copy).isAMistakeThatSays("shard 1/2 is there twice");
    Path other = folder.resolve("other.survey");
    Program.run(SMALL + "--shard 2/2 --seed 5 --resume " + other);
    Program.run("gather " + first + " " + other).isAMistakeThatSays("they differ in --seed");
    String text = Files.readString(first);
    Files.writeString(first, text.substring(0, text.length() - 9));
    Program.run("gather " + first + " " + copy).isAMistakeThatSays("has 3 of its 4 points");
    Path report = Files.writeString(folder.resolve("x.json"), "{\"kernel\":\"6.18\"}");
    Program.run("gather " + copy + " " + report).isAMistakeThatSays("some are surveys");
    Files.writeString(report, "{}");
    Program.run("gather " + copy + " " + report)
        .isAMistakeThatSays(report + " is no report of a shard");
  }

  /** Of a small size the same share is measured. */
  @Test
  void sharesThatAreTooManyPagesAreNamedWhereOthersStay() {
    String line = "survey --kernel sim --rounds 1 --warmup 0 --json --dirty 60% --mapped ";
    Program.Outcome outcome = Program.run(line + "16TiB,1MiB,8TiB");
    assertThat(outcome.err())
        .startsWith(
            "dirtyrange: left out, since at most 1073741824 pages can be changed in a round:"
                + " 60% of 8 TiB (1288490188 pages), 60% of 16 TiB (2576980377 pages)\n"
                + "dirtyrange: 1 point, ");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).isEqualTo(Program.run(line + "1MiB").out());
    assertThat(Program.run(line + "1MiB").err()).doesNotContain("left out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "survey --kernel sim --rounds 0 | --rounds 0 leaves nothing to measure",
        "survey --kernel sim --warmup -1 | --warmup -1 is negative",
        "survey --kernel sim --mapped 17TiB | at most 16TiB",
        "survey --kernel both --mapped 5TiB | up to 16TiB with --kernel sim",
        "survey --queue percpu | --queue chooses among simulated queues",
        "survey --costs x.json | add --kernel sim or both",
        "survey --kernel sim --mapped 1MiB --dirty 1% | leave no point",
        "survey --kernel sim --mapped 1MiB --dirty 0,10 | --dirty 0 leaves nothing to find",
        "survey --kernel sim --mapped 1MiB --dirty 0% | --dirty 0 leaves nothing to find",
        "survey --kernel sim --dirty 2000000000 | 2000000000 is too much; give at most 1073741824",
        "survey --kernel sim --mapped 16TiB --dirty 60% | 60% of 16 TiB (2576980377 pages) is too much; give at most 1073741824",
        "survey --kernel sim --mapped 1MiB --dirty 10 --shard 2/2 | 1 point is too few for so",
        "survey --kernel sim --mapped 1MiB --dirty 10 --shard 1/2 | 1 point is too few for so",
        "survey --kernel sim --mapped 1MiB --dirty 10 --resume / | / cannot be written: it is a folder",
        "survey --kernel sim --mapped 1MiB --dirty 10 --resume /dev/null | /dev/null is no ordinary",
        "survey --kernel sim --mapped 1MiB --dirty 10 --resume /dev/full | /dev/full is no ordinary",
        "survey --kernel sim --strategy pagemap --queue percpu | --strategy leaves out",
        "survey --kernel sim --queue percpu,ring,percpu | --queue names percpu twice",
        "compare --kernel sim --queue percpu,percpu | --queue names percpu twice",
        "retrace /dev/null --queue percpu,percpu | --queue names percpu twice",
        "survey --kernel sim --costs none.json | --costs none.json"
      })
  void aMistakeIsOneLine(String commandLine, String said) {
    Program.run(commandLine).isAMistakeThatSays(said);
  }

  /** To open a pipe would wait for whoever reads it. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeKeepsNothingToGoOnWith() throws Exception {
    OnLinux.need();
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Program.run(SMALL + "--resume " + pipe)
        .isAMistakeThatSays(pipe + " is no ordinary file, and keeps nothing to go on with");
  }

  /** Some megabytes of points are a survey of many rounds. */
  @Test
  void aLongFileGoesOnAndIsGathered() throws IOException {
    Path file = folder.resolve("long.survey");
    Program.run(SMALL + "--resume " + file);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("}\n", "}" + " ".repeat(2_000_000) + "\n"));
    assertThat(Files.size(file)).isGreaterThan(17_000_000);
    assertThat(Program.run(SMALL + "--resume " + file).err()).contains("8 are measured already");
    assertThat(Program.run("gather " + file).status()).isZero();
  }

  /** What was measured in hours is not to be lost to a slip of the hand. */
  @Test
  void aFileThatTwoOptionsNameIsRefused() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "hours");
    Path link = Files.createSymbolicLink(folder.resolve("link"), kept);
    for (String other : List.of("--csv ", "--report ")) {
      Program.run("survey --kernel sim --resume " + kept + " " + other + link)
          .isAMistakeThatSays("link is given twice, by --resume, too");
    }
    Program.run("gather " + kept + " --csv " + link)
        .isAMistakeThatSays("link is given twice, as a shard, too; name another file");
    Program.run("gather " + kept + " " + kept)
        .isAMistakeThatSays("gather: " + kept + " is given twice; name another file");
    Program.run("gather " + kept + " " + link)
        .isAMistakeThatSays(link + " is given twice, as " + kept + ", too; name another file");
    assertThat(kept).hasContent("hours");
  }
}
