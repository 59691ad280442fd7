package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher at the top of the project, in a clone that has no sources, with a Java that says how
 * it was started and a Maven that takes a moment, writes a jar and ends with an escape code.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the launcher's tools are taken from /usr/bin")
class LauncherTest {

  private static final String BUILDING = "dirtyrange: building, once\n";
  private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

  /** All that the launcher calls besides flock. */
  private static final String TOOLS =
      "cat cksum dirname find head ls mkdir mv readlink rm rmdir sed sh sleep touch tr uname";

  private static final String JAVA =
      """
      #!/bin/sh
      case $1 in
        -version) echo 'openjdk version "17.0.1"' >&2 ;;
        -Xinternalversion) echo 'a Java virtual machine' ;;
        *) echo "java $*" ;;
      esac
      """;

  /** Crashes as JDK 17 does where it is to archive the class of a lambda, or always. */
  private static final String CRASHING_JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -version) echo 'openjdk version "17.0.1"' >&2 ;;
          -XX:DumpLoadedClassList=*) printf 'a\\n@lambda-proxy b\\n' >"${argument#*=}" ;;
          -XX:SharedClassListFile=*) list=${argument#*=} ;;
          -XX:SharedArchiveFile=*) archive=${argument#*=} ;;
          -Xshare:dump) echo dump >>"${0%/*}/dumps" ;;
        esac
      done
      if [ -n "${list:-}" ]; then
        case ${ALWAYS:-$(cat "$list")} in
          *lambda*) kill -ABRT $$ ;;
        esac
        echo archived >"$archive"
      fi
      echo "java $*"
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      if [ "$1" = -v ]; then
        echo 'Apache Maven 3.9.0'
        exit
      fi
      echo "$*" >>builds
      printf 'a warning\\n\\033[0m' >&2
      mkdir -p consumer/target/lib
      touch consumer/target/dirtyrange.jar
      sleep "${MAVEN_SECONDS:-0}"
      exit "${MAVEN_STATUS:-0}"
      """;

  @TempDir private Path clone;

  @BeforeEach
  void makeAFreshClone() throws IOException {
    Path launcher = Path.of("..", "dirtyrange");
    assumeTrue(Files.exists(launcher), "the launcher is not beside this module");
    Files.copy(launcher, clone.resolve("dirtyrange"));
    for (String module :
        List.of(
            "interval-tree",
            "kernel-sim",
            "kernel-sim/kit",
            "kernel-sim/conformance",
            "consumer")) {
      Files.createDirectories(clone.resolve(module).resolve("src/main"));
    }
    Files.createDirectory(clone.resolve("bin"));
    program("java", JAVA);
    program("javac", JAVA);
    program("mvn", MAVEN);
    for (String tool : Splitter.on(' ').split(TOOLS)) {
      installed(tool);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conform --programs 5",
        "explore --cpus 2",
        "laws --queue ring",
        "compare --kernel sim",
        "compare --rounds 3 --kernel SIM --json",
        "compare --kernel=sim"
      })
  void whatSimulatesGetsTheThoroughCompiler(String commandLine) throws Exception {
    assertThat(launch(commandLine, Map.of()).out())
        .contains("java ")
        .doesNotContain(QUICK_COMPILER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compare",
        "compare --kernel linux",
        "compare --queue-design sim --kernel linux",
        "compare --strategy conform",
        "--help"
      })
  void whatWaitsForTheKernelGetsTheQuickOne(String commandLine) throws Exception {
    assertThat(launch(commandLine, Map.of()).out()).contains(QUICK_COMPILER);
  }

  @Test
  void aLogGetsNoEscapeCodes() throws Exception {
    Launch launch = launch("--help", Map.of());
    assertThat(launch.err()).isEqualTo(BUILDING + "a warning\n");
  }

  @Test
  void sourcesThatAreNotFormattedAreBuilt() throws Exception {
    launch("--help", Map.of());
    assertThat(clone.resolve("builds")).content().contains(" -Dspotless.check.skip");
  }

  @Test
  void theSecondLaunchBuildsNothing() throws Exception {
    launch("--help", Map.of());
    launch("--help", Map.of());
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void anArchiveIsMadeWithoutWhatTheVirtualMachineCrashesOver() throws Exception {
    program("java", CRASHING_JAVA);
    Launch launch = launch("--help", Map.of());
    assertThat(launch.out()).contains("-XX:SharedArchiveFile=");
    assertThat(launch.err()).isEqualTo(BUILDING + "a warning\n");
    launch("--help", Map.of());
    assertThat(clone.resolve("bin/dumps")).content().isEqualTo("dump\ndump\n");
  }

  @Test
  void anArchiveThatCannotBeMadeIsNotTriedAtEachLaunch() throws Exception {
    program("java", CRASHING_JAVA);
    launch("--help", Map.of("ALWAYS", "lambda"));
    Launch launch = launch("--help", Map.of("ALWAYS", "lambda"));
    assertThat(launch.out()).contains("java ");
    assertThat(clone.resolve("bin/dumps")).content().isEqualTo("dump\ndump\n");
  }

  @Test
  void launchesAtOnceBuildOnce() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/flock")), "flock is missing");
    installed("flock");
    launchAtOnce();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void launchesAtOnceBuildOnceWithoutFlock() throws Exception {
    launchAtOnce();
    assertThat(builds()).isEqualTo(1);
    assertThat(clone.resolve("consumer/target/build.lock.d")).doesNotExist();
  }

  /** Its jar is there, its libraries are not all: what a build that was killed leaves. */
  @Test
  void anUnfinishedBuildIsDoneAgain() throws Exception {
    assertThat(launch("--help", Map.of("MAVEN_STATUS", "1")).status()).isEqualTo(ExitStatus.FAULT);
    assertThat(launch("--help", Map.of()).status()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aLaunchDoesNotWaitForEver() throws Exception {
    Files.createDirectories(clone.resolve("consumer/target/build.lock.d"));
    Launch launch = launch("--help", Map.of("DIRTYRANGE_BUILD_SECONDS", "1"));
    assertThat(launch.status()).isEqualTo(ExitStatus.FAULT);
    assertThat(launch.err().lines()).hasSize(2).last().asString().contains("build.lock.d");
    assertThat(clone.resolve("consumer/target/build.lock.d")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--class-path my/classes compare --rounds 3",
        "compare --class-path my/classes --rounds 3",
        "compare --rounds 3 --class-path=my/classes"
      })
  void aClassPathComesBehindTheProgram(String commandLine) throws Exception {
    assertThat(launch(commandLine, Map.of()).out())
        .contains("dirtyrange.jar:my/classes io.github.dirtyrange.cli.Main compare --rounds 3\n");
  }

  @Test
  void aClassPathIsTakenFromTheEnvironmentToo() throws Exception {
    assertThat(launch("explore", Map.of("DIRTYRANGE_CLASSPATH", "a.jar:b")).out())
        .contains("dirtyrange.jar:a.jar:b io.github.dirtyrange.cli.Main explore\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run java --class-path x Main", "run --exact -- java --class-path x Main"})
  void theClassPathOfACommandIsItsOwn(String commandLine) throws Exception {
    assertThat(launch(commandLine, Map.of()).out()).contains(commandLine + "\n");
  }

  @Test
  void aClassPathThatIsMissingIsNamed() throws Exception {
    Launch launch = launch("compare --class-path", Map.of());
    assertThat(launch.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(launch.err())
        .isEqualTo("dirtyrange: --class-path needs a path, as in --class-path my/classes\n");
  }

  @Test
  void aWorkingDirectoryThatWasRemovedIsNamed() throws Exception {
    String script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" --help";
    Launch launch =
        Launch.of(
            new ProcessBuilder("/bin/sh", "-c", script, clone.resolve("dirtyrange").toString())
                .directory(clone.toFile())
                .start());
    assertThat(launch.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    // The shell may have a line of its own to say.
    assertThat(launch.err()).contains("dirtyrange: the working directory has been removed");
    assertThat(launch.out()).isEmpty();
  }

  private void launchAtOnce() throws Exception {
    List<Process> launches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      launches.add(start("--help", Map.of("MAVEN_SECONDS", "0.5")));
    }
    for (Process process : launches) {
      Launch launch = Launch.of(process);
      assertThat(launch.status()).as(launch.err()).isZero();
      assertThat(launch.out()).contains("-jar", "--help");
    }
  }

  /** What cannot be said changes nothing of what is done. */
  @ParameterizedTest
  @ValueSource(strings = {"2>&-", "2>/dev/full"})
  void aLaunchWaitsThoughItCannotSaySo(String redirection) throws Exception {
    Process building = start("--help", Map.of("MAVEN_SECONDS", "1"));
    while (!Files.exists(clone.resolve("builds"))) {
      Thread.sleep(10);
    }
    String launcher = clone.resolve("dirtyrange").toString();
    ProcessBuilder silent =
        new ProcessBuilder("sh", "-c", "'" + launcher + "' --help " + redirection);
    silent.environment().keySet().retainAll(List.of("LANG"));
    silent.environment().put("PATH", clone.resolve("bin").toString());
    assertThat(Launch.of(silent.start()).status()).isZero();
    assertThat(Launch.of(building).status()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  /**
   * The virtual machine's own file would get the number, and a command that is run would read it.
   */
  @Test
  void aClosedInputIsEmptyAndAClosedOutputCannotBeWritten() throws Exception {
    launch("--help", Map.of());
    program("java", JAVA + "readlink /proc/self/fd/0 >&2\n");
    String launcher = clone.resolve("dirtyrange").toString();
    ProcessBuilder closed = new ProcessBuilder("sh", "-c", "'" + launcher + "' --help <&- >&-");
    closed.environment().keySet().retainAll(List.of("LANG"));
    closed.environment().put("PATH", clone.resolve("bin").toString());
    Launch launch = Launch.of(closed.start());
    assertThat(launch.out()).isEmpty();
    assertThat(launch.err()).contains("/dev/null\n");
  }

  /** A virtual machine handles these signals, and would not say that they were ignored. */
  @Test
  void aVirtualMachineIsToldWhatItChanges() throws Exception {
    String launcher = clone.resolve("dirtyrange").toString();
    String before = "trap '' QUIT USR2; echo 0x21 >/proc/$$/coredump_filter; ";
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", before + "exec " + launcher + " run");
    builder.environment().keySet().retainAll(List.of("LANG"));
    builder.environment().put("PATH", clone.resolve("bin").toString());
    assertThat(Launch.of(builder.start()).out())
        .containsPattern(" -Ddirtyrange.ignoredSignals=[0-9a-f]{12}[0-9a-f]804 ")
        .contains(" -Ddirtyrange.coredumpFilter=00000021 ");
  }

  private Launch launch(String commandLine, Map<String, String> environment) throws Exception {
    return Launch.of(start(commandLine, environment));
  }

  private Process start(String commandLine, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(clone.resolve("dirtyrange").toString());
    Splitter.on(' ').split(commandLine).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(List.of("LANG"));
    builder.environment().put("PATH", clone.resolve("bin").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private long builds() throws IOException {
    return Files.readAllLines(clone.resolve("builds")).size();
  }

  private void program(String name, String script) throws IOException {
    Path program = Files.writeString(clone.resolve("bin").resolve(name), script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  /** Puts one of the machine's own tools on the launcher's path. */
  private void installed(String tool) throws IOException {
    Path inUsr = Path.of("/usr/bin", tool);
    Path place = Files.exists(inUsr) ? inUsr : Path.of("/bin", tool);
    program(tool, "#!/bin/sh\nexec " + place + " \"$@\"\n");
  }

  /** What a launch came to. */
  private record Launch(int status, String out, String err) {

    static Launch of(Process process) throws IOException, InterruptedException {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Launch(process.waitFor(), out, err);
    }
  }
}
