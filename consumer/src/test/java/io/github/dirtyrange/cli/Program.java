package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the program, here or in a Java virtual machine of its own. */
final class Program {

  private static final int FIRST_JDK_THAT_WARNS = 24;
  private static final Pattern IGNORED = Pattern.compile("SigIgn:\t([0-9a-f]+)");

  private Program() {}

  /** What a run in this virtual machine gave. */
  record Outcome(int status, String out, String err) {

    /** {@return the strategies' objects of a report in JSON} */
    List<JsonObject> strategies() {
      List<JsonObject> strategies = new ArrayList<>();
      json().getAsJsonArray("strategies").forEach(each -> strategies.add(each.getAsJsonObject()));
      return strategies;
    }

    /** {@return their names} */
    List<String> names() {
      return strategies().stream().map(each -> each.get("name").getAsString()).toList();
    }

    /** Holds that this was a mistake of the user's: one line that says so, and status 2. */
    void isAMistakeThatSays(String said) {
      assertThat(status).isEqualTo(ExitStatus.USAGE);
      assertThat(out).isEmpty();
      assertThat(err.lines()).singleElement().asString().contains(said);
    }

    JsonObject json() {
      return JsonParser.parseString(out).getAsJsonObject();
    }
  }

  /** Runs a command line, its words set apart by single spaces. */
  static Outcome run(String commandLine) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = commandLine.isEmpty() ? new String[0] : commandLine.split(" ");
    int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Outcome(status, out.toString(), err.toString());
  }

  /** Starts a command line in a Java virtual machine of its own, which gets the options first. */
  static Process start(List<String> options, String commandLine) throws IOException {
    return startInto(ProcessBuilder.Redirect.PIPE, options, commandLine);
  }

  /** Does the same with its standard output somewhere else. */
  static Process startInto(ProcessBuilder.Redirect out, List<String> options, String commandLine)
      throws IOException {
    List<String> command = inItsOwnMachine(options);
    command.addAll(Arrays.asList(commandLine.split(" ")));
    return new ProcessBuilder(command).redirectOutput(out).start();
  }

  /**
   * Sends a signal to a program, INT or TERM. What runs behind a script ignores SIGINT, and all
   * that it starts: whoever waited for the end then would wait for ever.
   */
  static void signal(Process program, String name) throws IOException, InterruptedException {
    String status = Files.readString(Path.of("/proc", Long.toString(program.pid()), "status"));
    Matcher ignored = IGNORED.matcher(status);
    assertThat(ignored.find()).isTrue();
    long number = name.equals("INT") ? 2 : 15;
    assertThat(Long.parseUnsignedLong(ignored.group(1), 16) >> (number - 1) & 1)
        .as("SIG%s is ignored here; run the tests where it is not", name)
        .isZero();
    String pid = Long.toString(program.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** {@return the command that runs the program in a Java virtual machine of its own} */
  static List<String> inItsOwnMachine(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (Runtime.version().feature() >= FIRST_JDK_THAT_WARNS) {
      // The jar's manifest says so for java -jar.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }
}
