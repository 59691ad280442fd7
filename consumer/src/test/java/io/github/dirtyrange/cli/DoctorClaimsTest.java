package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code doctor} says where rights, files and calls were taken away, held against a program in
 * C that tries each thing in the same place, by system calls of its own. It is about the machine
 * and takes a minute: CI runs it on one JDK.
 */
@Timeout(300)
@Tag("machine")
class DoctorClaimsTest {

  private static final String WITHOUT_PROC =
      "unshare -m --propagation private sh -c 'umount -l /proc; exec \"$@\"' sh";
  private static final String WITHOUT_SYS =
      "unshare -m --propagation private sh -c 'umount -l /sys; exec \"$@\"' sh";

  @TempDir static Path folder;
  private static Path claims;
  private static String classPath = "";

  /** Whoever may not read this user's files must be able to read the program. */
  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    OnLinux.need();
    open(folder);
    claims = CTarget.compile("claims", folder);
    open(claims);
    List<String> copies = new ArrayList<>();
    for (String entry :
        Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
      if (Files.exists(Path.of(entry))) {
        copies.add(copy(Path.of(entry), folder.resolve(Integer.toString(copies.size()))));
      }
    }
    classPath = String.join(File.pathSeparator, copies);
  }

  private static String copy(Path entry, Path to) throws IOException {
    if (Files.isDirectory(entry)) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.toList()) {
          Path target = to.resolve(entry.relativize(file).toString());
          Files.copy(file, target);
          open(target);
        }
      }
      return to.toString();
    }
    Path jar = Path.of(to + ".jar");
    Files.copy(entry, jar);
    open(jar);
    return jar.toString();
  }

  private static void open(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** What a command printed, and its status. */
  private record Outcome(int status, String output) {}

  private static Outcome run(String prefix, List<String> command)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", prefix + " \"$@\"", "sh"));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    // Without /proc, Java's launcher cannot tell where its libraries are.
    Path libraries = Path.of(System.getProperty("java.home"), "lib");
    builder.environment().put("LD_LIBRARY_PATH", libraries + ":" + libraries.resolve("server"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  private static Outcome dirtyrange(String prefix, String... arguments)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                java, "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(classPath);
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return run(prefix, command);
  }

  private static JsonObject doctor(String prefix) throws IOException, InterruptedException {
    Outcome said = dirtyrange(prefix, "doctor", "--json");
    assertThat(said.status()).isZero();
    return JsonParser.parseString(said.output()).getAsJsonObject();
  }

  private static Map<String, Boolean> said(JsonObject report) {
    Map<String, Boolean> said = new LinkedHashMap<>();
    for (JsonElement each : report.getAsJsonArray("capabilities")) {
      JsonObject capability = each.getAsJsonObject();
      boolean available = capability.get("available").getAsBoolean();
      said.put(capability.get("name").getAsString(), available);
      assertThat(capability.get("remedy").isJsonNull()).as("%s", capability).isEqualTo(available);
    }
    return said;
  }

  private static Map<String, Boolean> tried(String prefix)
      throws IOException, InterruptedException {
    Outcome outcome = run(prefix, List.of(claims.toString()));
    assumeTrue(outcome.status() == 0, "this machine cannot do: " + prefix);
    Map<String, Boolean> tried = new LinkedHashMap<>();
    outcome
        .output()
        .lines()
        .map(line -> line.split(" "))
        .forEach(words -> tried.put(words[0], words[1].equals("yes")));
    return tried;
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(
      strings = {
        "",
        "setpriv --bounding-set -sys_admin",
        "setpriv --bounding-set -sys_ptrace",
        "setpriv --bounding-set -perfmon,-sys_admin",
        "setpriv --bounding-set -bpf,-sys_admin",
        "setpriv --bounding-set -all",
        "capsh --drop=cap_sys_admin,cap_perfmon --",
        "setpriv --reuid 65534 --regid 65534 --clear-groups",
        "setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs",
        "unshare -Ur",
        "unshare -Urpf --mount-proc",
        WITHOUT_PROC,
        WITHOUT_SYS,
      })
  void whatItSaysHoldsWhereRightsAreTakenAway(String prefix) throws Exception {
    String place = prefix.startsWith("capsh") ? prefix + " -c 'exec \"$@\"' sh" : prefix;
    Map<String, Boolean> tried = tried(place);
    JsonObject report = doctor(place);
    assertThat(said(report)).isEqualTo(sorted(tried, said(report)));
    strategiesDoAsItSays(place, report);
  }

  /** A filter that lets every call pass still forbids to suspend those of others. */
  @Test
  void whatItSaysHoldsUnderAFilterOfSystemCalls() throws Exception {
    String place = claims + " filtered";
    Map<String, Boolean> said = said(doctor(place));
    assertThat(said).isEqualTo(sorted(tried(place), said));
    assertThat(said).containsEntry("suspendSeccomp", false).containsEntry("armProcess", false);
  }

  /** Its numbers are those of strangers, which must not be looked at, let alone written to. */
  @ParameterizedTest
  @ValueSource(strings = {"doctor", "doctor --pid 2", "track 2", "compare --pid 2", "compare"})
  void theProcOfAnotherPidNamespaceIsNotTaken(String commandLine) throws Exception {
    String place = "unshare -pf";
    assumeTrue(run(place, List.of("true")).status() == 0, "no PID namespace can be made");
    Outcome said = dirtyrange(place, commandLine.split(" "));
    assertThat(said.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(said.output()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor --pid 2", "track 2", "compare --pid 2", "compare"})
  void withoutProcNothingIsTracked(String commandLine) throws Exception {
    assumeTrue(run(WITHOUT_PROC, List.of("true")).status() == 0, "/proc cannot be taken away");
    Outcome said = dirtyrange(WITHOUT_PROC, commandLine.split(" "));
    assertThat(said.status()).isEqualTo(ExitStatus.MACHINE_LACKS);
    assertThat(said.output()).isEmpty();
  }

  /** The same entries in the order of others, so that a difference is easy to see. */
  private static Map<String, Boolean> sorted(Map<String, Boolean> map, Map<String, Boolean> by) {
    Map<String, Boolean> sorted = new LinkedHashMap<>();
    by.keySet().forEach(name -> sorted.put(name, map.get(name)));
    return sorted;
  }

  /** Those that it calls usable find all pages of a workload, and the others refuse to begin. */
  private static void strategiesDoAsItSays(String place, JsonObject report) throws Exception {
    List<String> usable = new ArrayList<>();
    for (JsonElement each : report.getAsJsonArray("strategies")) {
      JsonObject strategy = each.getAsJsonObject();
      String name = strategy.get("name").getAsString();
      boolean works = strategy.get("usable").getAsBoolean();
      assertThat(strategy.getAsJsonArray("lacks").isEmpty()).isEqualTo(works);
      if (works) {
        usable.add(name);
      } else {
        assertThat(compare(place, name)).as("%s", name).isEqualTo(ExitStatus.MACHINE_LACKS);
      }
    }
    if (!usable.isEmpty()) {
      assertThat(compare(place, String.join(",", usable))).isEqualTo(ExitStatus.FINE);
    }
  }

  private static int compare(String place, String strategies) throws Exception {
    return dirtyrange(
            place,
            "compare",
            "--strategy",
            strategies,
            "--mapped",
            "1MiB",
            "--dirty",
            "10",
            "--rounds",
            "3",
            "--warmup",
            "0")
        .status();
  }
}
