package io.github.dirtyrange.kernellab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    "queue --swap 0, 'put -- and a command at the end (see --help)'",
    "queue --timeout 0 -- true, '--timeout wants one at least, not 0'",
    "queue --cpus 999 -- true, '--cpus 999 is too large: it is at most 255'",
    "queue --cpus 9 -- true, '--cpus 9 is too large: the kernel queue has at most 8'",
    "queue --memory 1 -- true, '--memory 1 is too small: it is at least 128'",
    "6.12 --swap 12289 -- true, '--swap 12289 is too large: it is at most 12288, eight times the memory (see --memory)'",
    "6.12 --swap 99999999999999999999 -- true, '--swap 99999999999999999999 is too large: it is at most 9999999'",
    "6.12 --icount --cpus 4 -- true, '--icount is for one processor: leave out --cpus 4, or --icount'",
    "6.12 --gib-pages 50 -- true, '--gib-pages 50 wants more than 51200 MiB of --memory, not 1536'",
    "6.12 --add /tmp:/../x -- true, '--add: /../x leads out of the guest; name DST from its root, without ..'",
    "6.12 --add /tmp:.. -- true, '--add: .. leads out of the guest; name DST from its root, without ..'"
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
  void moreMemoryThanTheMachineHasIsTooLarge() throws IOException, InterruptedException {
    Ended ended = run("queue --memory 99999999 -- true");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained())
        .matches("kernel-lab: --memory 99999999 is too large: it is at most [0-9]+\\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUEUE", "Next", "6.12-FULL", "nosuch"})
  void aKernelThatCannotBeIsToldWithTheKnownOnes(String kernel)
      throws IOException, InterruptedException {
    Ended ended = run(kernel + " -- true");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained())
        .startsWith("kernel-lab: no kernel " + kernel + ": there are versions like 6.12, next, ")
        .contains("queue-checked")
        .hasLineCount(1);
    assertThat(lab()).isEmptyDirectory();
  }

  @Test
  void aClosedOutputIsSaidAtOnce() throws IOException, InterruptedException {
    String run = SCRIPTS.resolve("run").toString();
    assertThat(bash(Map.of(), List.of("-c", "exec \"$0\" queue -- true >&-", run)))
        .isEqualTo(new Ended(74, "", "kernel-lab: cannot write the output: stdout is closed\n"));
  }

  @Test
  void aStepThatFailsIsTheLabsFailure() throws IOException, InterruptedException {
    Files.createDirectories(lab().resolve("lock"));
    Ended ended = run("queue -- true");
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained()).endsWith("kernel-lab: the lab failed with status 1\n");
  }

  // disk.sh: what is added to the guest's root.

  /** Adds a file or folder to a root whose {@code /bin/ls} is a link to busybox. */
  private Ended add(Path source, String destination) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(root().resolve("bin"));
    Files.writeString(bin.resolve("busybox"), "busybox");
    Files.createSymbolicLink(bin.resolve("ls"), Path.of("busybox"));
    String script =
        "set -euo pipefail; . $0/lib/messages.sh; . $0/lib/disk.sh; add_from_host \"$1\" \"$2\"";
    return bash(
        Map.of(),
        List.of("-c", script, SCRIPTS.toString(), root().toString(), source + ":" + destination));
  }

  private Path root() {
    return folder.resolve("root");
  }

  private Path added() throws IOException {
    Path source = Files.createDirectories(folder.resolve("added"));
    Files.writeString(source.resolve("ls"), "mine");
    return source;
  }

  @ParameterizedTest
  @CsvSource({"/ls, /bin/ls", "/ls, /bin", "'', /bin"})
  void whatIsAddedReplacesALink(String source, String destination)
      throws IOException, InterruptedException {
    assertThat(add(Path.of(added() + source), destination)).isEqualTo(new Ended(0, "", ""));
    assertThat(root().resolve("bin/ls")).hasContent("mine");
    assertThat(root().resolve("bin/busybox")).hasContent("busybox");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/ls", "/bin/ls/x"})
  void aFolderDoesNotReplaceAFile(String destination) throws IOException, InterruptedException {
    Ended ended = add(added(), destination);
    assertThat(ended.status()).isEqualTo(125);
    assertThat(ended.complained())
        .startsWith("kernel-lab: --add: cannot put " + added() + " at " + destination + ": ")
        .hasLineCount(1)
        .doesNotContain(root().toString());
  }

  // run: a whole one, with a script of ours for qemu.

  private static final String BOOTED = "kernel-lab: booting test\n";

  /** Ends well; what the guest says is to stand before it. */
  private static final String SUCCESS = "\necho 0 >\"$(ls -d \"$DIRTYRANGE_LAB\"/run.*)/status\"";

  private Path labWithQemu(String qemu) throws IOException {
    Path scripts = folder.resolve("project/consumer/kernel-lab");
    for (String part : List.of("run", "lib")) {
      copy(SCRIPTS.resolve(part), scripts.resolve(part));
    }
    program(folder.resolve("qemu"), qemu);
    program(folder.resolve("project/dirtyrange"), "[ \"$LC_ALL\" = C.UTF-8 ]");
    Map<String, String> stubs =
        Map.of(
            "packages.sh", "require_debian() { :; }; prepare_apt() { :; }",
            "kernel.sh",
                "require_kernel() { :; }; choose_kernel() { KERNEL_PACKAGE=test; }"
                    + "; kernel_file() { echo /dev/null; }",
            "queue-kernel.sh", "is_queue_kernel() { false; }",
            "qemu.sh", "prepare_qemu() { QEMU=('" + folder.resolve("qemu") + "'); }",
            "initramfs.sh", "prepare_busybox() { :; }; make_initramfs() { :; }",
            "disk.sh", "make_disk() { :; }");
    for (Map.Entry<String, String> stub : stubs.entrySet()) {
      Files.writeString(scripts.resolve("lib/" + stub.getKey()), stub.getValue() + "\n");
    }
    Path java = scripts.resolve("lib/java.sh");
    Files.writeString(java, Files.readString(java) + "prepare_runtime() { :; }\n");
    Path tools = folder.resolve("tools");
    program(tools.resolve("mke2fs"), "");
    program(tools.resolve("xz"), "");
    return scripts.resolve("run");
  }

  /** Runs a line of the shell in which {@code $0} is {@code run}. */
  private Ended runWithQemu(String qemu, String line) throws IOException, InterruptedException {
    Path run = labWithQemu(qemu);
    String path = folder.resolve("tools") + ":" + System.getenv("PATH");
    return bash(Map.of("PATH", path), List.of("-c", line, run.toString()));
  }

  /** The folders of runs: none is to be left. */
  private List<Path> runs() throws IOException {
    try (Stream<Path> files = Files.list(lab())) {
      return files.filter(file -> file.getFileName().toString().startsWith("run.")).toList();
    }
  }

  @Test
  void whatTheGuestSaysComesOut() throws IOException, InterruptedException {
    assertThat(runWithQemu("echo out >&3; echo err >&4" + SUCCESS, "\"$0\" 6.12 -- true"))
        .isEqualTo(new Ended(0, "out\n", BOOTED + "err\n"));
    assertThat(runs()).isEmpty();
  }

  @Test
  void aReaderThatHasGoneEndsTheGuest() throws IOException, InterruptedException {
    String line = "\"$0\" 6.12 -- true | head -n 1; exit ${PIPESTATUS[0]}";
    String qemu = "while echo y >&3; do :; done 2>/dev/null; exec sleep 50";
    assertThat(runWithQemu(qemu, line)).isEqualTo(new Ended(141, "y\n", BOOTED));
    assertThat(runs()).isEmpty();
  }

  @Test
  void anOutputThatIsFullIsOneLine() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "/dev/full");
    String line = "\"$0\" 6.12 -- true >/dev/full";
    Ended ended = runWithQemu("echo out >&3; exec sleep 50", line);
    assertThat(ended)
        .isEqualTo(
            new Ended(
                74, "", BOOTED + "kernel-lab: cannot write the output: No space left on device\n"));
  }

  /** A virtual machine's children have SIGQUIT blocked, and perhaps SIGINT ignored. */
  @ParameterizedTest
  @CsvSource({"HUP, 129", "TERM, 143"})
  void aSignalEndsTheGuestAtOnceAndQuietly(String signal, int status)
      throws IOException, InterruptedException {
    String line = "exec \"$0\" 6.12 -- true";
    String qemu =
        "echo $$ >\"$DIRTYRANGE_LAB/pid\"; kill -"
            + signal
            + " $(awk '$1 == \"PPid:\" {print $2}' /proc/$PPID/status); exec sleep 50";
    assertThat(runWithQemu(qemu, line)).isEqualTo(new Ended(status, "", BOOTED));
    assertThat(runs()).isEmpty();
    assertThat(isAlive(lab().resolve("pid"))).isFalse();
  }

  @Test
  void whatAKilledRunLeavesIsSwept() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv");
    String line = "\"$0\" 6.12 -- true";
    String killed =
        "kill -KILL $(awk '$1 == \"PPid:\" {print $2}' /proc/$PPID/status); exec sleep 50";
    // Its guest dies after it, and holds the lock as long.
    runWithQemu(killed, line + "; flock -w 20 \"$DIRTYRANGE_LAB\"/run.*/lock true");
    assertThat(runs()).hasSize(1);
    assertThat(runWithQemu("echo out >&3" + SUCCESS, line))
        .isEqualTo(new Ended(0, "out\n", BOOTED));
    assertThat(runs()).isEmpty();
  }

  private static boolean isAlive(Path pid) throws IOException {
    return Files.exists(Path.of("/proc", Files.readString(pid).strip()));
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
        Files.copy(file, file.equals(from) ? to : target, StandardCopyOption.REPLACE_EXISTING);
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

  // queue-kernel/insert-hooks: what it says of itself, and of a tree that it cannot use.

  private Ended insertHooks(String... words) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "perl");
    List<String> command =
        new ArrayList<>(
            List.of("-c", "exec \"$0\" \"$@\"", "kernel-lab/queue-kernel/insert-hooks"));
    command.addAll(List.of(words));
    return bash(Map.of(), command);
  }

  @Test
  void theHooksToolSaysWhatItIs() throws IOException, InterruptedException {
    Ended help = insertHooks("--help");
    assertThat(help.status()).isZero();
    assertThat(help.said()).startsWith("Usage: insert-hooks TREE\n");
    assertThat(insertHooks())
        .isEqualTo(new Ended(2, "", "insert-hooks: name one TREE (see --help)\n"));
  }

  @Test
  void hooksAreNotInsertedTwice() throws IOException, InterruptedException {
    Path menu = folder.resolve("tree/fs/proc/Kconfig");
    Files.createDirectories(menu.getParent());
    Files.writeString(menu, "config PAGEMAP_QUEUE\n");
    String tree = folder.resolve("tree").toString();
    assertThat(insertHooks(tree))
        .isEqualTo(new Ended(1, "", "insert-hooks: the hooks are in " + tree + " already\n"));
    assertThat(menu).hasContent("config PAGEMAP_QUEUE");
  }

  // queue-kernel/example: a program against the interface.

  @Test
  void theExampleCompiles() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc");
    String line = "gcc -O2 -Wall -Werror -o \"$0\" kernel-lab/queue-kernel/example/copy.c";
    String program = folder.resolve("copy").toString();
    assertThat(bash(Map.of(), List.of("-c", line, program))).isEqualTo(new Ended(0, "", ""));
  }
}
