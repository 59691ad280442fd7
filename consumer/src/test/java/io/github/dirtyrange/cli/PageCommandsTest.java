package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command that a page shows is one that can be given: the program understands it, and what it
 * starts is there. Else a page would go on showing what was renamed. CI runs the short ones; here
 * none is run. What a command is and where it ends is known to {@code .ci/page-commands} alone.
 */
class PageCommandsTest {

  private static final Path HOME = Path.of("..");
  private static final Path LISTER = HOME.resolve(".ci/page-commands");

  /** What the reader fills in, and what is understood in its place. */
  private static final Map<String, String> STAND_INS =
      Map.of("PID", "999999999", "N", "1", "NAME", "6.8", "ForgetfulQueue", "bitmap");

  private static final Pattern LEFT_OPEN = Pattern.compile("\\b(PID|N|NAME|ForgetfulQueue)\\b");

  /** A file that the shell makes is a name to the program. */
  private static final Pattern SHELLS_FILE = Pattern.compile("<\\([^)]*\\)");

  private static final Pattern LAUNCHERS_OPTION = Pattern.compile(" --class-path \\S+");
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|\\S+");
  private static final Pattern QUOTED = Pattern.compile("(['\"])(.*)\\1");
  private static final Pattern FOR_THE_SHELL = Pattern.compile("[0-9]?[<>|&;].*");
  private static final Set<String> PROGRAM = Set.of("./dirtyrange", "dirtyrange");
  private static final Pattern SCRIPT = Pattern.compile("(consumer|kernel-sim)/.*");
  private static final Pattern CLASS = Pattern.compile("io\\.github\\.dirtyrange\\.[\\w.]+");

  private static final List<String> SOURCES =
      List.of(
          "consumer/bench/src/main/java",
          "kernel-sim/src/main/java",
          "kernel-sim/kit/src/main/java");

  /** A command, and the line of the page that it begins in. */
  private record PageCommand(String place, String text) {

    static PageCommand of(String line) {
      List<String> columns = Splitter.on('\t').limit(4).splitToList(line);
      return new PageCommand(columns.get(0), columns.get(3));
    }

    @Override
    public String toString() {
      return place + ": " + text;
    }
  }

  @BeforeAll
  static void needPages() {
    assumeTrue(Files.exists(LISTER), "the pages are not beside this module");
  }

  @TestFactory
  Stream<DynamicTest> everyCommandIsUnderstood() throws Exception {
    List<PageCommand> ours =
        commands().stream().filter(command -> !ourWords(command).isEmpty()).toList();
    assertThat(ours).hasSizeGreaterThan(40);
    return ours.stream().map(each -> dynamicTest(each.toString(), () -> understand(each)));
  }

  @TestFactory
  Stream<DynamicTest> whatEveryCommandStartsIsThere() throws Exception {
    return commands().stream().map(each -> dynamicTest(each.toString(), () -> find(each)));
  }

  private static List<PageCommand> commands() throws IOException, InterruptedException {
    Process lister = new ProcessBuilder(LISTER.toString(), "all").redirectErrorStream(true).start();
    try (BufferedReader out = lister.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = out.lines().toList();
      assertThat(lister.waitFor()).as(() -> String.join("\n", lines)).isZero();
      return lines.stream().map(PageCommand::of).toList();
    }
  }

  private static void understand(PageCommand command) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    String[] words = ourWords(command).toArray(String[]::new);
    assertThatCode(() -> Main.commandLine(nowhere, nowhere).parseArgs(words))
        .as(command.toString())
        .doesNotThrowAnyException();
  }

  private static void find(PageCommand command) {
    for (String word : words(command.text())) {
      if (command.text().startsWith(word) && SCRIPT.matcher(word).matches()) {
        assertThat(HOME.resolve(word)).as(command.toString()).isExecutable();
      }
      if (CLASS.matcher(word).matches()) {
        assertThat(SOURCES)
            .as("a source of %s in %s", word, command)
            .anyMatch(root -> Files.exists(HOME.resolve(root).resolve(source(word))));
      }
    }
  }

  private static String source(String className) {
    return className.replace('.', '/') + ".java";
  }

  /** {@return what the program is told, also inside of a kernel that is booted for it} */
  private static List<String> ourWords(PageCommand command) {
    return words(command.text()).stream()
        .dropWhile(word -> !PROGRAM.contains(word))
        .skip(1)
        .toList();
  }

  private static List<String> words(String command) {
    String filled = LAUNCHERS_OPTION.matcher(command).replaceAll("");
    filled = SHELLS_FILE.matcher(filled).replaceAll("FILE");
    filled =
        LEFT_OPEN
            .matcher(filled)
            .replaceAll(word -> STAND_INS.getOrDefault(word.group(), word.group()));
    return WORD.matcher(filled)
        .results()
        .map(MatchResult::group)
        .takeWhile(word -> !FOR_THE_SHELL.matcher(word).matches())
        .map(word -> QUOTED.matcher(word).replaceAll("$2"))
        .toList();
  }
}
