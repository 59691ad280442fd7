package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.OnLinux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run}: a command is as it would be without us, and its end is passed on. */
@Timeout(180)
@Tag("machine")
class RunCommandTest {

  /** What a process inherits, but for its numbers. */
  private static final String INHERITED =
      "ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status;"
          + " cat /proc/self/coredump_filter; ulimit -n; ulimit -s; env | sort; pwd; umask; cat";

  /** Signals that a virtual machine handles although they are ignored, and what it dumps. */
  private static final String BEFORE =
      "trap '' QUIT USR2 PIPE XFSZ; echo 0x21 >/proc/$$/coredump_filter; ";

  @TempDir private Path folder;
  private Path report;

  @BeforeAll
  static void needQueue() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    OnLinux.need(Capability.WP_ASYNC);
  }

  @BeforeEach
  void place() {
    report = folder.resolve("report");
  }

  /** {@return how the program is run in a Java virtual machine of its own} */
  private static List<String> program(String... words) {
    List<String> command = Program.inItsOwnMachine(List.of("-XX:TieredStopAtLevel=1"));
    command.addAll(Arrays.asList(words));
    return command;
  }

  private List<String> run(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of("run", "--interval", "100ms", "--json", "--output", report.toString(), "--"));
    all.addAll(Arrays.asList(words));
    return program(all.toArray(String[]::new));
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).start();
  }

  private record Result(int status, String out, String err) {}

  private static Result finished(Process process, String input) throws Exception {
    try (var in = process.outputWriter(UTF_8)) {
      in.write(input);
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 7, 7", "kill -9 $$, 137", "kill -TERM $$, 143"})
  void theCommandsOwnStatusIsPassedOn(String script, int status) throws Exception {
    Result result = finished(start(run("sh", "-c", "sleep 0.5; " + script)), "");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isEqualTo(status);
  }

  /** It may be armed in time, or not. */
  @Test
  void aCommandThatIsOverAtOnceIsNamed() throws Exception {
    Result result = finished(start(run("true")), "");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(Files.readString(report))
        .containsAnyOf("it ended before it could be armed", "\"what\":\"ended\"");
  }

  @ParameterizedTest
  @CsvSource({
    "nosuchcommand, 127, command not found",
    "./nosuchfile, 127, no such file",
    "/etc/passwd, 126, may not be executed",
    "/etc, 126, is a folder"
  })
  void whatCannotBeExecutedHasAShellsStatus(String command, int status, String said)
      throws Exception {
    Result result = finished(start(run(command)), "");
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.err().lines()).singleElement().asString().contains(command).contains(said);
  }

  @Test
  void aFileWithAStrangeInterpreterIsNotExecutable() throws Exception {
    Path script = script("#!/no/such/interpreter\n");
    Result result = finished(start(run(script.toString())), "");
    assertThat(result.status()).isEqualTo(127);
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void aScriptWithoutAnInterpreterIsTheShells() throws Exception {
    Path script = script("sleep 0.3\necho $1\nexit 5\n");
    Result result = finished(start(run(script.toString(), "a word")), "");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("a word\n");
    assertThat(result.status()).isEqualTo(5);
  }

  private Path script(String text) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), text);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /** As curl has them: what begins with an @ names a file of the command's, not of ours. */
  @Test
  void argumentsThatNameFilesAreTheCommands() throws Exception {
    Path file = Files.writeString(report.resolveSibling("words"), "other words");
    Result result = finished(start(run("echo", "@" + file, "@@x")), "");
    assertThat(result.out()).isEqualTo("@" + file + " @@x\n");
  }

  /** The same shell starts the command by itself, and by us, told what the launcher tells. */
  @Test
  void nothingOfOursIsLeftInTheCommand() throws Exception {
    Result plain =
        finished(start(List.of("sh", "-c", BEFORE + "exec sh -c \"$0\"", INHERITED)), "in\n");
    List<String> shell =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                BEFORE
                    + "java=$1; shift; exec $java -Ddirtyrange.openFiles=$(ulimit -n)"
                    + " -Ddirtyrange.ignoredSignals=$(sed -n 's/SigIgn:.//p' /proc/$$/status)"
                    + " -Ddirtyrange.coredumpFilter=$(cat /proc/$$/coredump_filter) \"$@\"",
                "sh"));
    shell.addAll(run("sh", "-c", INHERITED));
    Result tracked = finished(start(shell), "in\n");
    assertThat(tracked.err()).isEmpty();
    assertThat(tracked.out()).isEqualTo(plain.out()).contains("00000021").endsWith("in\n");
  }

  /** SIGCHLD, and the two that the C library keeps to itself, which no shell can ignore. */
  @Test
  void everySignalThatWasIgnoredIsIgnored() throws Exception {
    String ignored = "00000001c1011805";
    List<String> command = run("grep", "SigIgn", "/proc/self/status");
    command.add(1, "-Ddirtyrange.ignoredSignals=" + ignored);
    assertThat(finished(start(command), "").out()).isEqualTo("SigIgn:\t" + ignored + "\n");
  }

  @Test
  void whatTheCommandWritesIsToldAndHowEarlyItWasArmed() throws Exception {
    Process process = start(run("sh", "-c", "i=0; while read x; do i=$((i + 1)); echo; done"));
    BufferedReader out = process.inputReader(UTF_8);
    try (var in = process.outputWriter(UTF_8)) {
      for (int i = 0; i < 12 || !isReported("\"round\":3,"); i++) {
        in.write("word\n");
        in.flush();
        assertThat(out.readLine()).isNotNull();
        Thread.sleep(100);
      }
    }
    assertThat(process.waitFor()).isZero();
    List<JsonObject> objects =
        Files.readAllLines(report).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertThat(objects.get(1).getAsJsonObject("event").get("nanosBefore").getAsLong())
        .isBetween(1L, TimeUnit.SECONDS.toNanos(60));
    assertThat(objects.stream().filter(each -> each.has("round")))
        .anyMatch(round -> round.get("changedPages").getAsLong() > 0);
  }

  private void awaitReport(String part) throws Exception {
    while (!isReported(part)) {
      Thread.sleep(20);
    }
  }

  private boolean isReported(String part) throws IOException {
    return Files.exists(report) && Files.readString(report).contains(part);
  }

  /** While there are rounds, and once they are done. */
  @ParameterizedTest
  @CsvSource({"1000000, '\"round\":1'", "1, '{\"summary\":'"})
  void sigtermIsPassedOn(int rounds, String reported) throws Exception {
    List<String> command = run("sh", "-c", "trap 'echo told; exit' TERM; echo on; read x");
    command.addAll(command.indexOf("--"), List.of("--rounds", Integer.toString(rounds)));
    Process process = start(command);
    BufferedReader out = process.inputReader(UTF_8);
    assertThat(out.readLine()).isEqualTo("on");
    awaitReport(reported);
    Program.signal(process, "TERM");
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(report)).contains("{\"summary\":");
    process.outputWriter(UTF_8).close();
    assertThat(out.readLine()).isEqualTo("told");
  }

  @Test
  void whatIsTrackedNoMoreGoesOn() throws Exception {
    List<String> command = run("sh", "-c", "read x; echo over; exit 3");
    command.addAll(command.indexOf("--"), List.of("--rounds", "1"));
    Process process = start(command);
    awaitReport("{\"summary\":");
    Result result = finished(process, "go\n");
    assertThat(result.out()).isEqualTo("over\n");
    assertThat(result.status()).isEqualTo(3);
    assertThat(Files.readString(report)).contains("\"round\":1").doesNotContain("\"round\":2");
  }

  /** The status is the command's all the same. */
  @Test
  void anOutputThatIsFullIsTold() throws Exception {
    report = Path.of("/dev/full");
    Result result = finished(start(run("sh", "-c", "sleep 0.5; exit 5")), "");
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err().lines()).singleElement().asString().contains("could not be written");
  }

  @Test
  void withoutACommandItIsAMistake() {
    Program.run("run").isAMistakeThatSays("COMMAND");
  }

  /** What was lost of a file beside the lines is told; the status is the command's. */
  @Test
  void aRecordingHasTheCommandInIt() throws Exception {
    Path trace = folder.resolve("trace");
    Process cat =
        start(
            program(
                "run",
                "--record",
                trace.toString(),
                "--rounds",
                "2",
                "--interval",
                "50ms",
                "--",
                "cat"));
    // It is written whole before the command, which waits for its input, has ended.
    Program.Outcome replayed = Program.run("retrace " + trace);
    while (replayed.status() != ExitStatus.FINE) {
      TimeUnit.MILLISECONDS.sleep(50);
      replayed = Program.run("retrace " + trace);
    }
    assertThat(replayed.out()).contains("by run at ").contains(" (cat): 2 rounds");
    assertThat(finished(cat, "x").out()).isEqualTo("x");
    Result lost =
        finished(
            start(program("run", "--record", "/dev/full", "--", "sh", "-c", "sleep 0.3; exit 7")),
            "");
    assertThat(lost.status()).isEqualTo(7);
    assertThat(lost.err()).contains("--record /dev/full could not be written whole");
  }
}
