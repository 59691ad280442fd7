package io.github.dirtyrange.conform.agent;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A running agent and its forked children, each at the end of an {@link AgentChannel}.
 *
 * <p>The lines of future children are pipes that the first process makes at the start, so every
 * process has them under the same descriptors. Closing the agent ends all of its processes.
 */
public final class AgentProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int GETPPID = 110;
  private static final int PIPE2 = 293;
  private static final int WAIT4 = 61;

  /** The two ends of a child's line within the agent, and ours. */
  private record Line(int inputFd, int outputFd, FileInputStream from, FileOutputStream to) {}

  private final Process process;
  private final Watchdog watchdog;
  private final AgentChannel root;
  private final List<Line> lines = new ArrayList<>();

  private AgentProcess(Process process, int children, Duration patience) throws IOException {
    this.process = process;
    this.watchdog = new Watchdog(patience, process::destroyForcibly);
    this.root =
        new AgentChannel(
            watchdog,
            (int) process.pid(),
            0,
            1,
            process.getInputStream(),
            process.getOutputStream());
    for (int i = 0; i < children; i++) {
      lines.add(newLine());
    }
  }

  /** {@return why no agent can run on this machine; empty if one can} */
  public static Optional<String> unsupported() {
    String system = System.getProperty("os.name", "");
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (system.equals("Linux") && (architecture.equals("amd64") || architecture.equals("x86_64"))) {
      return Optional.empty();
    }
    return Optional.of(
        "the agent is machine code for Linux on x86-64; this is " + system + " on " + architecture);
  }

  /**
   * Starts an agent that can have that many forked children at a time.
   *
   * @throws IllegalStateException if this machine is not Linux on x86-64
   * @throws UncheckedIOException if the program cannot be written or started
   */
  public static AgentProcess start(int children) {
    return start(children, PATIENCE);
  }

  /** Starts an agent that is killed when one of its processes does not answer for that long. */
  static AgentProcess start(int children, Duration patience) {
    unsupported()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    try {
      Path program = write();
      try {
        return new AgentProcess(new ProcessBuilder(program.toString()).start(), children, patience);
      } finally {
        Files.delete(program);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start the agent from "
              + System.getProperty("java.io.tmpdir")
              + "; name another folder with -Djava.io.tmpdir",
          e);
    }
  }

  /** {@return the line to the first process} */
  public AgentChannel root() {
    return root;
  }

  /** {@return the line to a new child of {@code parent}, in child slot {@code slot}} */
  public AgentChannel fork(AgentChannel parent, int slot) {
    Line line = lines.get(slot);
    parent.postFork(line.inputFd, line.outputFd);
    long pid = parent.take().value();
    if (pid < 0) {
      throw new IllegalStateException("fork failed with errno " + -pid);
    }
    AgentChannel child =
        new AgentChannel(watchdog, (int) pid, line.inputFd, line.outputFd, line.from, line.to);
    awaitTie(child);
    return child;
  }

  /** A child that answers has asked to die with its parent; before, it might be left behind. */
  private static void awaitTie(AgentChannel child) {
    child.systemCall(GETPPID);
  }

  /** Ends a child and waits until its memory is gone. */
  public void exit(AgentChannel parent, AgentChannel child) {
    child.postExit();
    child.flush();
    parent.systemCall(WAIT4, child.pid(), 0, 0, 0);
  }

  @Override
  public void close() {
    watchdog.close();
    process.destroyForcibly();
    for (Line line : lines) {
      closeQuietly(line);
    }
    root.close();
  }

  private static Path write() throws IOException {
    Path program =
        Files.createTempFile(
            "agent",
            ".elf",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(program, ElfAgent.image());
    return program;
  }

  private Line newLine() throws IOException {
    int[] commands = pipe();
    int[] replies = pipe();
    String descriptors = "/proc/" + process.pid() + "/fd/";
    return new Line(
        commands[0],
        replies[1],
        new FileInputStream(descriptors + replies[0]),
        new FileOutputStream(descriptors + commands[1]));
  }

  private int[] pipe() {
    root.postSystemCall(PIPE2, AgentChannel.SCRATCH, 0);
    root.postSend(AgentChannel.SCRATCH, 2 * Integer.BYTES);
    long result = root.take().value();
    ByteBuffer ends = root.takeBytes(2 * Integer.BYTES);
    if (result != 0) {
      throw new IllegalStateException("pipe2 failed with errno " + -result);
    }
    return new int[] {ends.getInt(0), ends.getInt(Integer.BYTES)};
  }

  private static void closeQuietly(Line line) {
    try (line.from;
        line.to) {
      return;
    } catch (IOException e) {
      // The agent is gone, and so is whatever was still to be said to it.
    }
  }
}
