package io.github.dirtyrange.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program of {@code src/test/c}, compiled and started, that answers lines with lines. */
public final class CTarget implements AutoCloseable {

  private static final int LOOKS = 4;

  private final Process process;
  private final PrintStream lines;
  private final BufferedReader answers;

  private CTarget(Process process) {
    this.process = process;
    lines = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /**
   * Compiles a program into a folder, of all files {@code NAME.c} and {@code NAME-*.c}; skips the
   * test where there is no gcc, and none that was compiled before: {@code
   * -Ddirtyrange.test.programs=FOLDER}, for machines without a compiler.
   *
   * @param options more of gcc's
   */
  public static Path compile(String name, Path folder, String... options)
      throws IOException, InterruptedException {
    String compiled = System.getProperty("dirtyrange.test.programs");
    if (compiled != null) {
      Path ready = Path.of(compiled, name);
      assumeTrue(Files.isExecutable(ready), "there is no gcc, and no " + ready);
      return ready;
    }
    Path binary = folder.resolve(name);
    List<String> command =
        new ArrayList<>(List.of("gcc", "-O1", "-pthread", "-o", binary.toString()));
    command.addAll(List.of(options));
    command.addAll(sources(name));
    ProcessBuilder gcc = new ProcessBuilder(command);
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "there is no gcc");
    if (gcc.inheritIO().start().waitFor() != 0) {
      throw new IOException("gcc cannot compile " + name);
    }
    return binary;
  }

  private static List<String> sources(String name) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("src/test/c"))) {
      return all.map(Path::toString)
          .filter(file -> file.matches(".*/" + name + "(-[a-z]+)?\\.c"))
          .sorted()
          .toList();
    }
  }

  /** {@return whether it does} What the kernel refuses to execute, Java has a shell read. */
  static boolean executes(long pid, Path program) throws IOException {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe")).equals(program);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Starts a compiled program. */
  public static CTarget start(Path binary, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new CTarget(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /**
   * Starts a program that says "ready" and then waits in one system call; comes back once it does.
   * Where the machine was so slow that the call is over by then, another one is started.
   */
  public static CTarget startWaiting(Path binary, Object... arguments)
      throws IOException, InterruptedException {
    while (true) {
      CTarget target = start(binary, arguments);
      String said = target.answer();
      if (!said.equals("ready")) {
        throw new IOException("the target process said: " + said);
      }
      // Once may be a moment's wait in the middle of a long call, as for a page.
      for (int looks = 0; looks < LOOKS; looks = target.isInCall() ? looks + 1 : 0) {
        Thread.sleep(1);
      }
      if (!target.answers.ready()) {
        return target;
      }
      target.kill();
    }
  }

  private boolean isInCall() throws IOException {
    return !Files.readString(Path.of("/proc", Integer.toString(pid()), "syscall"))
        .startsWith("running");
  }

  /** {@return the process's number} */
  public int pid() {
    return (int) process.pid();
  }

  /** Ends the program's input; {@return its exit status} */
  public int finish() throws InterruptedException {
    lines.close();
    return process.waitFor();
  }

  /** {@return the next line of output} */
  public String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the target process has ended");
    }
    return line;
  }

  /** {@return whether there is output that was not read} */
  public boolean hasAnswered() throws IOException {
    return answers.ready();
  }

  /** {@return the next line of output, a number} */
  public int number() throws IOException {
    return (int) longNumber();
  }

  /** {@return the next line of output, a large number} */
  public long longNumber() throws IOException {
    return Long.parseLong(answer());
  }

  /** Sends a line, without waiting for the answer. */
  public void tell(String line) {
    lines.println(line);
  }

  /** Sends a line and returns the answer. */
  public String ask(String line) throws IOException {
    tell(line);
    return answer();
  }

  /** Ends the program and waits until it has gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
