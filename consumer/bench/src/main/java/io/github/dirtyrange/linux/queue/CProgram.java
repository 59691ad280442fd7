package io.github.dirtyrange.linux.queue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A baseline in C, compiled and started, that answers each line it is given. */
final class CProgram implements AutoCloseable {

  private final Process process;
  private final PrintStream lines;
  private final BufferedReader answers;

  private CProgram(Process process) {
    this.process = process;
    lines = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** Compiles {@code sources/name.c} with gcc -O2 and starts it. */
  static CProgram start(Path sources, String name, Object... arguments) {
    try {
      Path folder = Files.createTempDirectory("dirtyrange-c");
      Path binary = folder.resolve(name);
      folder.toFile().deleteOnExit();
      binary.toFile().deleteOnExit();
      compile(sources.resolve(name + ".c"), binary);
      List<String> command = new ArrayList<>(List.of(binary.toString()));
      Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
      Process started =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new CProgram(started);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + name + ".c; is gcc installed?", e);
    }
  }

  private static void compile(Path source, Path binary) throws IOException {
    Process gcc =
        new ProcessBuilder("gcc", "-O2", "-pthread", "-o", binary.toString(), source.toString())
            .inheritIO()
            .start();
    try {
      if (gcc.waitFor() != 0) {
        throw new IOException("gcc cannot compile " + source);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** {@return the process's number} */
  int pid() {
    return (int) process.pid();
  }

  /** Sends a line and returns the answer. */
  String ask(String line) {
    lines.println(line);
    return answer();
  }

  /** Sends a line and returns the answer's numbers. */
  long[] askNumbers(String line) {
    return Arrays.stream(ask(line).split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  /** {@return the next line of output} */
  String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the baseline has ended early");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
