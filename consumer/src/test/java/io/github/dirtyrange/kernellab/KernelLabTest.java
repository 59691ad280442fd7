package io.github.dirtyrange.kernellab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab's scripts, as far as they go without a guest: {@code queue} is given a "run" of ours. */
@Timeout(60)
class KernelLabTest {

  private static final Path SCRIPTS = Path.of("kernel-lab");

  private static final String CRASH =
      "echo 'kernel-lab: the guest crashed: Kernel panic' >&2; exit 125";

  private static final String LAB_FAILURE = "echo 'kernel-lab: no network' >&2; exit 125";

  @TempDir Path folder;

  private record Ended(int status, String said, String complained) {}

  @BeforeEach
  void needScripts() {
    assumeTrue(Files.exists(SCRIPTS), "the lab's scripts are not beside this module");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash");
  }

  private Ended bash(Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/bash"));
    command.addAll(words);
    Path said = folder.resolve("said");
    Path complained = folder.resolve("complained");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DIRTYRANGE_LAB", lab().toString());
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(said.toFile()).redirectError(complained.toFile()).start();
    process.getOutputStream().close();
    return new Ended(process.waitFor(), Files.readString(said), Files.readString(complained));
  }

  private Path lab() {
    return folder.resolve("lab");
  }

  // run: what is refused before anything is fetched, built or booted.

  private Ended run(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve("run").toString()));
    command.addAll(List.of(words.split(" ", -1)));
    return bash(Map.of(), command);
  }

  @ParameterizedTest
  @CsvSource({
    "queue --add /tmp -- true, '--add wants SRC:DST, not /tmp (see --help)'",
    "queue --add :/tmp -- true, '--add wants SRC:DST, not :/tmp (see --help)'",
    "queue --add /tmp: -- true, '--add wants SRC:DST, not /tmp: (see --help)'",
    "queue --add /no/such:/x -- true, '--add: there is no /no/such'",
    "queue --out /dev/null/x -- true, '--out: cannot write to /dev/null/x'",
    "queue true, 'put -- before the command: -- true'",
    "queue true --out x, 'put -- before the command: -- true --out x'",
    "queue --out -- true, '--out wants a value (see --help)'",
    "queue --memory, '--memory wants a value (see --help)'",
    "queue --nosuch, 'unknown option --nosuch (see --help)'",
    "queue --nodes 0 -- true, '--nodes wants one at least, not 0'",
    "queue --swap some -- true, '--swap wants a whole number, not some'",
    "queue --swap 0, 'put -- and a command at the end (see --help)'"
  })
  void whatCannotBeDoneIsSaidAtOnce(String words, String complaint)
      throws IOException, InterruptedException {
    assertThat(run(words)).isEqualTo(new Ended(125, "", "kernel-lab: " + complaint + "\n"));
    assertThat(lab()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "queue-",
        "queue-.",
        "queue-..",
        "queue-../tests",
        "queue-nosuch",
        "queue-NO-FLUSH"
      })
  void aMutantIsAFileOfItsFolder(String kernel) throws IOException, InterruptedException {
    Ended ended = run(kernel + " -- true");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained())
        .startsWith(
            "kernel-lab: no kernel "
                + kernel
                + ": beside queue, queue-base and queue-checked there are ")
        .contains("queue-no-flush");
    assertThat(lab()).isEmptyDirectory();
  }

  @Test
  void aStepThatFailsIsTheLabsFailure() throws IOException, InterruptedException {
    Files.createDirectories(lab().resolve("lock"));
    Ended ended = run("queue -- true");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained()).endsWith("kernel-lab: the lab failed with status 1\n");
  }

  // boot.sh: how a guest ended.

  private Ended guestStatus(String qemuStatus, String console)
      throws IOException, InterruptedException {
    Path run = Files.createDirectories(lab().resolve("run.1"));
    Files.writeString(run.resolve("ended"), qemuStatus);
    Files.writeString(run.resolve("qemu.log"), "qemu: no memory\n");
    Files.writeString(run.resolve("console"), console);
    // Another guest's, which ended before.
    Files.writeString(lab().resolve("console.log"), "Kernel panic of another\n");
    String script =
        "set -euo pipefail; HERE=$0 LAB=$DIRTYRANGE_LAB RUN=$LAB/run.1 SECONDS_LIMIT=7;"
            + " . $0/lib/messages.sh; . $0/lib/boot.sh; trap keep_console EXIT; guest_status";
    return bash(Map.of(), List.of("-c", script, SCRIPTS.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, init: no module x|Kernel panic: Oops, 'the guest crashed: Kernel panic: Oops'",
    "0, '', 'the guest crashed: qemu: no memory'",
    "0, init: cannot go on: no swap, 'the guest ended without a status: init: cannot go on: no swap'",
    "1, '', 'the guest ended without a status: qemu: no memory'"
  })
  void aCrashIsToldFromWhatTheLabFailedAt(String qemuStatus, String console, String complaint)
      throws IOException, InterruptedException {
    String lines = console.replace('|', '\n');
    Ended ended = guestStatus(qemuStatus, lines);
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained())
        .startsWith("kernel-lab: " + complaint + "; its console is in ")
        .doesNotContain("another");
    assertThat(lab().resolve("console.log")).hasContent(lines);
  }

  // queue: what is made of what its guests did.

  /**
   * Runs {@code queue}; its "run" has the kernel in {@code $kernel} and the command in its words.
   */
  private Ended queue(String answer, String... words) throws IOException, InterruptedException {
    return queueWith("", answer, words);
  }

  private Ended queueWith(String compiler, String answer, String... words)
      throws IOException, InterruptedException {
    Path scripts = folder.resolve("project/consumer/kernel-lab");
    for (String part : List.of("queue", "lib", "queue-kernel/mutants", "queue-kernel/tests")) {
      copy(SCRIPTS.resolve(part), scripts.resolve(part));
    }
    program(
        scripts.resolve("run"),
        "kernel=$1; until [ \"$1\" = -- ]; do shift; done; shift\n"
            + "echo \"$kernel $*\" >>'"
            + calls()
            + "'\n"
            + answer);
    Path tools = folder.resolve("tools");
    program(tools.resolve("gcc"), compiler);
    program(tools.resolve("make"), "");
    List<String> command = new ArrayList<>(List.of(scripts.resolve("queue").toString()));
    command.addAll(List.of(words));
    return bash(Map.of("PATH", tools + ":" + System.getenv("PATH")), command);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, file.equals(from) ? to : target);
      }
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Path calls() {
    return folder.resolve("calls");
  }

  private List<String> called() throws IOException {
    return Files.exists(calls()) ? Files.readAllLines(calls(), StandardCharsets.UTF_8) : List.of();
  }

  @Test
  void everyWordIsCheckedBeforeTheFirstPart() throws IOException, InterruptedException {
    Ended ended = queue("", "test", "nosuch");
    assertThat(ended)
        .isEqualTo(new Ended(125, "", "kernel-lab: there is no part nosuch (see --help)\n"));
    assertThat(called()).isEmpty();
    assertThat(lab()).doesNotExist();
  }

  @Test
  void partsAreRunInOrder() throws IOException, InterruptedException {
    assertThat(queue("", "stress", "08", "test").status()).isZero();
    assertThat(called()).containsExactly("queue /tests/pmq_test 8", "queue /tests/pmq_test 0");
  }

  @Test
  void whatOnePartFindsDoesNotEndTheOthers() throws IOException, InterruptedException {
    Ended ended = queue("[[ $* != *pmq_test* ]]", "test", "conform");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.said()).isEqualTo("the tests: not as it should be\n");
    assertThat(called()).hasSize(2);
  }

  @Test
  void everyStepOfAPartCounts() throws IOException, InterruptedException {
    Ended ended = queue("[ \"$kernel\" != queue-base ]", "cost");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.said()).isEqualTo("costs: not as it should be\n");
  }

  @ParameterizedTest
  @CsvSource({"0, random: crng init done", "1, WARNING: possible recursive locking"})
  void whatACheckedKernelSaysOnItsConsoleIsAFinding(int status, String line)
      throws IOException, InterruptedException {
    Ended ended = queue("echo '" + line + "' >\"$DIRTYRANGE_LAB/console.log\"", "checked");
    assertThat(ended.status()).isEqualTo(status);
    assertThat(ended.said().contains(line)).isEqualTo(status == 1);
    assertThat(called()).containsExactly("queue-checked /tests/pmq_test 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "checked", "mutants", "cost", "selftests", "conform"})
  void whatTheLabFailedAtEndsEverything(String part) throws IOException, InterruptedException {
    assertThat(queue(LAB_FAILURE, part, "test").status()).isEqualTo(125);
    assertThat(called()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "checked", "cost", "selftests", "conform"})
  void aGuestThatCrashedIsAFinding(String part) throws IOException, InterruptedException {
    Ended ended = queue(CRASH, part);
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.complained()).contains("the guest crashed: Kernel panic");
  }

  @Test
  void aMutantMayBeCaughtByACrash() throws IOException, InterruptedException {
    Ended ended =
        queue(
            "if [ \"$kernel\" = queue-no-flush ]; then "
                + CRASH
                + "; fi\necho 'ok 1 - a'; echo 'not ok 2 - b'; exit 1",
            "mutants");
    assertThat(ended.said())
        .contains("queue-no-flush: caught by a crash\n")
        .contains("queue-writable-again: caught by 1 tests, the first of them: not ok 2 - b\n");
    assertThat(ended.status()).isZero();
  }

  @Test
  void aMutantThatPassesHasSurvived() throws IOException, InterruptedException {
    Ended ended = queue("[ \"$kernel\" = queue-no-flush ] || exit 1", "mutants");
    assertThat(ended.said()).contains("queue-no-flush: SURVIVED\n");
    assertThat(ended.status()).isEqualTo(1);
  }

  @Test
  void linuxsOwnTestsAreToEndAlikeOnBothKernels() throws IOException, InterruptedException {
    String counts = "echo '# Totals: pass:3 fail:1 (status 1)'";
    Ended alike = queue(counts, "selftests");
    assertThat(alike.said())
        .contains("queue-base: mkdirty: # Totals: pass:3 fail:1 (status 1)\n")
        .contains("queue: mkdirty: # Totals: pass:3 fail:1 (status 1)\n");
    assertThat(alike.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo \"$kernel (status 1)\"",
        "case $* in *mkdirty*) exit 124 ;; *) echo '(status 0)' ;; esac"
      })
  void linuxsOwnTestsAreWrongWhereTheyDiffer(String answer)
      throws IOException, InterruptedException {
    assertThat(queue(answer, "selftests").status()).isEqualTo(1);
  }

  @Test
  void aTestOfLinuxThatDoesNotBuildIsTheLabsFailure() throws IOException, InterruptedException {
    Ended ended = queueWith("[[ $* != *soft-dirty* ]]", "", "selftests");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained()).contains("Linux's tests do not build");
  }
}
