package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.report.export.PerfettoFile;
import io.github.dirtyrange.report.export.PprofFile;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code --export} of {@code track} and {@code run}. */
@Timeout(120)
class ExportTest {

  private static final String OF_THE_THREAD = ";log_apart;append_log;store_pages;[anon] 5";

  @TempDir static Path folder;

  @Test
  void trackWritesEachFileInTheFormatOfItsEnding() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    Path trace = folder.resolve("a.pftrace");
    Path profile = folder.resolve("a.pb.gz");
    Path stacks = folder.resolve("a.collapsed");
    try (CTarget target = CTarget.start(CTarget.compile("many", folder), 30)) {
      target.longNumber();
      Process program =
          Program.start(
              List.of(),
              "track "
                  + target.pid()
                  + " --json --interval 200ms --rounds 2"
                  + " --export "
                  + trace
                  + " --export "
                  + profile
                  + " --export "
                  + stacks);
      BufferedReader out = program.inputReader(UTF_8);
      out.readLine();
      target.ask("w 10 1");
      assertThat(out.lines()).isNotEmpty();
      assertThat(program.waitFor()).isZero();
      String process = "many (" + target.pid() + ")";
      PerfettoFile read = new PerfettoFile(Files.readAllBytes(trace));
      assertThat(read.on(process + " > rounds")).hasSize(4);
      long pages = sum(read.on(process + " > pages changed > [anon]"));
      assertThat(pages).isGreaterThanOrEqualTo(10);
      assertThat(new PprofFile(Files.readAllBytes(profile)).samples())
          .contains(process + ";[anon] [" + pages + ", 0]");
      assertThat(Files.readAllLines(stacks)).contains("by mapping;" + process + ";[anon] " + pages);
    }
  }

  /** Two ways to write, and a thread of its own on the second of them. */
  @Test
  void withStacksEachWayToWriteIsNamedWithItsPages() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    Path profile = folder.resolve("stacks.pb.gz");
    Path stacks = folder.resolve("stacks.collapsed");
    try (CTarget target = CTarget.start(compiledWithFrames(), 100)) {
      target.answer();
      Process program =
          Program.start(
              List.of(),
              "track %d --json --interval 200ms --rounds 3 --stacks --export %s --export %s"
                  .formatted(target.pid(), profile, stacks));
      BufferedReader out = program.inputReader(UTF_8);
      out.readLine();
      for (String order : List.of("c 10", "l 25", "t 5", "d 3 50", "c 7")) {
        target.ask(order);
      }
      assertThat(out.lines()).isNotEmpty();
      assertThat(program.waitFor()).isZero();
      String process = "stacks (" + target.pid() + ");";
      List<String> lines = Files.readAllLines(stacks);
      String nested = ";nest".repeat(30) + ";fill_cache;store_pages;[anon] 3";
      assertThat(lines)
          .allMatch(line -> line.startsWith(process))
          .anyMatch(line -> line.endsWith(";main;serve;append_log;store_pages;[anon] 25"))
          .anyMatch(line -> line.contains(";logger (") && line.endsWith(OF_THE_THREAD))
          .anyMatch(line -> line.endsWith(");[cut off]" + nested));
      assertThat(pages(lines, ";main;serve;fill_cache;store_pages;[anon] ")).isEqualTo(17);
      PprofFile read = new PprofFile(Files.readAllBytes(profile));
      assertThat(read.samples())
          .anyMatch(sample -> sample.contains("main;serve;append_log;store_pages [0, 0, 25] "));
    }
  }

  private static Path compiledWithFrames() throws Exception {
    return CTarget.compile("stacks", folder, "-fno-omit-frame-pointer");
  }

  private static long pages(List<String> lines, String stack) {
    return lines.stream()
        .filter(line -> line.contains(stack))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void stacksNeedAFileThatHasThemAndAStrategyThatKnowsThem() {
    Program.run("track 1 --stacks").isAMistakeThatSays("add --export FILE.pb.gz");
    String trace = " --export " + folder.resolve("e.pftrace");
    Program.run("track 1 --stacks" + trace).isAMistakeThatSays("add --export FILE.pb.gz");
    String stacks = " --stacks --export " + folder.resolve("e.collapsed");
    Program.run("track 1 --strategy pagemap-scan" + stacks)
        .isAMistakeThatSays("leave out --strategy, or give queue or adaptive");
  }

  private static long sum(List<String> counter) {
    return counter.stream()
        .mapToLong(event -> Long.parseLong(event.substring(event.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void anotherEndingIsAMistakeThatListsThem() {
    Path before = folder.resolve("b.pftrace");
    Program.run("track 1 --export " + before + " --export " + folder.resolve("b.json"))
        .isAMistakeThatSays("b.json must end in one of .pftrace, .pb.gz, .collapsed");
    assertThat(before).doesNotExist();
  }

  @Test
  void oneFileGivenTwiceIsAMistake() throws Exception {
    Program.run("track 1 --export /x/c.pftrace --export /x/./c.pftrace")
        .isAMistakeThatSays(
            "/x/./c.pftrace is given twice, as /x/c.pftrace, too; name another file");
    Path kept = Files.writeString(folder.resolve("kept"), "what it holds");
    for (String others : List.of("--record ", "--report ")) {
      Program.run("track 1 --output " + kept + " " + others + kept)
          .isAMistakeThatSays("kept is given twice, by --output, too");
    }
    assertThat(kept).hasContent("what it holds");
  }

  @Test
  void aFileThatCannotBeWrittenIsAMistake() {
    Program.run("track 1 --export " + folder.resolve("no").resolve("d.pb.gz"))
        .isAMistakeThatSays("d.pb.gz cannot be written: there is no such folder");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsToldAndIsAStatus() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    Path trace = Files.createSymbolicLink(folder.resolve("full.pftrace"), Path.of("/dev/full"));
    Path profile = Files.createSymbolicLink(folder.resolve("full.pb.gz"), Path.of("/dev/full"));
    try (CTarget target = CTarget.start(CTarget.compile("many", folder), 3)) {
      target.longNumber();
      for (Path full : List.of(trace, profile)) {
        Program.Outcome outcome =
            Program.run("track " + target.pid() + " --interval 10ms --rounds 2 --export " + full);
        assertThat(outcome.status()).isEqualTo(ExitStatus.OUTPUT_LOST);
        assertThat(outcome.err())
            .contains(
                "--export " + full + " could not be written whole; see that its disk has room");
      }
    }
  }
}
