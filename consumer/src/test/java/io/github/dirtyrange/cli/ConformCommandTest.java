package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformCommandTest {

  @BeforeEach
  void needsLinuxOnX64() {
    Optional<String> reason = AgentProcess.unsupported();
    assumeTrue(reason.isEmpty(), reason::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "conform --ops mmap,fly | 'fly' is not an operation; there are mmap, ",
        "conform --profile 9 | '9' is not a release of Linux; write it as 6.8 or 6.12.95",
        "conform --profile 5.15 | there is no Linux '5.15' to simulate; give one from 6.1 to 6.19",
        "conform --profile 6.18+BROKEN | 'BROKEN' is not a quirk",
        "conform --profile 6.18HOLE | '6.18HOLE' is not a release of Linux",
        "conform --programs 0 | --programs 0 leaves nothing to compare",
        "conform --steps -1 | --steps -1 leaves nothing to compare",
        "conform --shard 3/2 --seed 1 | there is no shard 3 of 2; the first is 1/2",
        "conform --shard two --seed 1 | 'two' is no shard; write 2/8 for the second of 8",
        "conform --shard 1/2 | --shard 1/2 is a part of the programs of one seed; give the same",
        "conform --shard 1/9 --programs 8 --seed 1 | --shard 1/9 has no program of 8",
        "conform --replay x --shard 1/1 | --shard is about programs that are drawn",
        "gather | Missing required parameter",
        "gather none.json | cannot read none.json: there is no such file",
        "gather /dev/null | /dev/null is no report of a shard; it takes what conform, laws or"
            + " survey --shard K/N --json printed, or a file of survey --resume",
        "gather pom.xml | pom.xml is no report of a shard; it takes",
        "conform --replay x --programs 5 | --programs is about programs that are drawn",
        "conform --replay x --ops mmap | --ops is about programs that are drawn",
        "conform --replay none.txt | cannot read the program from none.txt: there is no"
            + " such file",
      })
  void aMistakeIsOneLineAndStatusTwo(String arguments, String said) {
    Program.run(arguments).isAMistakeThatSays(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '"',
      value = {
        "p0 mmap strat=1 > mmap has no argument 'strat'",
        "p0 munmap start=0 start=0 > start is given twice",
        "p7 munmap start=0 > there is no process p7 by then",
        "p0 file-truncate length=0x5004 > length is within a page",
        "p0 munmap start=0x7f0000000 > start=0x7f0000000 reaches outside the layout",
      })
  void aMistakeInAProgramIsOneLineThatNamesTheLine(String line, String why, @TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("program.txt"), "layout small\n" + line + "\n");
    Program.Outcome outcome = Program.run("conform --replay " + file);
    outcome.isAMistakeThatSays(why);
    outcome.isAMistakeThatSays("program.txt: line 2 is no step of a program: \"" + line + "\"");
  }

  @Test
  void aProgramThatIsNoTextIsAMistake(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, 0});
    Program.run("conform --replay " + file).isAMistakeThatSays("bytes.txt: it is no text in UTF-8");
  }

  @Test
  void anEmptyProgramIsAMistake(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("empty.txt"));
    Program.run("conform --replay " + file).isAMistakeThatSays("there is no operation in it");
  }

  @Test
  void withoutAQueueOfTheKernelsDrainsAreRefusedWithTheReason() {
    assumeTrue(
        !LinuxKernel.open().capabilities().has(Capability.KERNEL_QUEUE), "this kernel keeps one");
    Program.Outcome outcome = Program.run("conform --drains --programs 1");
    assertThat(outcome.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(outcome.err())
        .contains("--drains needs kernelQueue, which is not to be had here")
        .contains("consumer/kernel-lab/run queue");
  }

  /** Soft-dirty is there or not as on the running kernel, and so is no difference. */
  @Test
  void aNamedReleaseIsConfiguredAsTheRunningOne() {
    String ops = "conform --programs 20 --seed 1 --ops mmap,store,load,clear-refs,munmap --json";
    Program.Outcome outcome = Program.run(ops + " --profile 6.8");
    assertThat(outcome.json().get("profile").getAsString()).startsWith("6.8");
    assertThat(outcome.json().get("mismatches").getAsInt()).isZero();
  }

  @Test
  void jsonSaysWhatWasCompared() {
    Program.Outcome outcome = Program.run("conform --programs 20 --seed 1 --json");
    JsonObject report = outcome.json();
    assertThat(outcome.status()).isZero();
    assertThat(report.get("programs").getAsInt()).isEqualTo(20);
    assertThat(report.get("mismatches").getAsInt()).isZero();
    assertThat(report.get("pageComparisons").getAsLong()).isGreaterThan(10_000);
    assertThat(report.getAsJsonObject("opCounts").keySet()).contains("mmap", "scan", "store");
    assertThat(report.getAsJsonArray("belowFloor")).isNotEmpty();
    assertThat(report.get("counterexample").isJsonNull()).isTrue();
  }

  @Test
  void programsThatTryTooLittleFallShortOfTheCoverage() {
    Program.Outcome outcome = Program.run("conform --programs 5 --seed 1 --coverage");
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(outcome.out()).contains("0 mismatches").contains("BELOW").contains("not tried:");
  }

  @Test
  void differenceIsPrintedAsAProgramThatCanBeReplayed(@TempDir Path folder) throws Exception {
    String wrong = " --profile 7.3+NO_GUARD_REGIONS+NO_PAGEMAP_SCAN";
    Program.Outcome found = Program.run("conform --programs 5 --seed 1 --json" + wrong);
    assertThat(found.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    JsonObject example = found.json().getAsJsonObject("counterexample");
    Path file = folder.resolve("program.txt");
    Files.writeString(file, example.get("program").getAsString());
    Program.Outcome again = Program.run("conform --json --replay " + file + wrong);
    assertThat(again.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(again.json().getAsJsonObject("counterexample").get("real"))
        .isEqualTo(example.get("real"));
  }

  @Test
  void toldToEndItReportsWhatWasRun() throws Exception {
    Process program = Program.start(List.of(), "conform --programs 100000000 --seed 5");
    Thread.sleep(4_000);
    Program.signal(program, "TERM");
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).isEqualTo(128 + 15);
    assertThat(err).matches("(?s).*interrupted after [1-9]\\d* of 100000000 programs\n");
    assertThat(out).contains("seed 5").contains(" 0 mismatches");
  }

  /** Without the right to have it, or a kernel that has it. */
  @Test
  void withoutUserfaultfdItIsOneLineAndStatusThree() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv");
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can take rights away");
    Path setting = Path.of("/proc/sys/vm/unprivileged_userfaultfd");
    assumeTrue(
        Files.exists(setting) && Files.readString(setting).startsWith("0"),
        "everybody may have a userfaultfd here");
    List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set", "-all"));
    command.addAll(Program.inItsOwnMachine(List.of()));
    command.addAll(List.of("conform", "--programs", "5"));
    Process program = new ProcessBuilder(command).start();
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(err.lines()).singleElement().asString().contains("vm.unprivileged_userfaultfd=1");
  }

  @Test
  void shardsGatheredAreTheWhole(@TempDir Path folder) throws Exception {
    String command = "conform --programs 9 --steps 12 --seed 7 --ops mmap,store,load,munmap --json";
    Program.Outcome whole = Program.run(command);
    assertThat(whole.status()).isZero();
    Path first =
        Files.writeString(folder.resolve("1"), Program.run(command + " --shard 1/2").out());
    Path second =
        Files.writeString(folder.resolve("2"), Program.run(command + " --shard 2/2").out());
    Program.Outcome gathered = Program.run("gather --json " + second + " " + first);
    assertThat(gathered.status()).isZero();
    assertThat(gathered.out()).isEqualTo(whole.out());
    Program.run("gather " + first)
        .isAMistakeThatSays("these are not the shards of one run: shard 2/2 is missing");
  }
}
