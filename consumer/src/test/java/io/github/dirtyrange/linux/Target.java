package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A process of its own that maps and arms pages and writes those it is told to. */
public final class Target implements AutoCloseable {

  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;
  private final PageRange range;

  private Target(Process process, long pages) throws IOException {
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    this.answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    long startVpn = Pages.vpn(Long.parseLong(answer()));
    this.range = new PageRange(startVpn, startVpn + pages);
  }

  /** Starts one with so many pages, each written once and then armed. */
  public static Target start(long pages, String... launcher) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // No threads that come and go, as compilers do: the end of one is a fault that is not sampled.
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-Xint", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TargetMain.class.getName(), Long.toString(pages)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Target(builder.start(), pages);
  }

  /** {@return the mapped pages} */
  public PageRange range() {
    return range;
  }

  /** {@return the process's number} */
  public int pid() {
    return (int) process.pid();
  }

  /** {@return the virtual page number of a page, by its place in the area} */
  public long vpn(long page) {
    return range.startVpn() + page;
  }

  /** Gives a command with numbers, and waits until it was obeyed. */
  public void order(String command, long... numbers) throws IOException {
    String words = Arrays.stream(numbers).mapToObj(n -> " " + n).collect(Collectors.joining());
    commands.println(command + words);
    answer();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the target process has ended");
    }
    return line;
  }

  /** Kills the process and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
