package io.github.dirtyrange.workload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Java virtual machine of a workload: the same Java and class path as this one's. */
final class ChildJvm implements AutoCloseable {

  private static final int KILLED_BY_SIGNAL = 128;
  private static final int A_MOMENT_MILLIS = 1000;
  private static final int FIRST_JDK_THAT_WARNS = 24;
  private static final long BASE_HEAP_BYTES = 64L << 20;

  /** A round's pages, their sorted copy, and their ranges as they grow. */
  private static final int HEAP_BYTES_PER_DIRTY_PAGE = 64;

  private final Process process;
  private final LastWords words;

  private ChildJvm(Process process) {
    this.process = process;
    words = LastWords.of(process);
  }

  /**
   * Starts {@link WorkloadMain} on a plan.
   *
   * @throws WorkloadEndedException if it cannot be started, or is killed before it is the workload
   */
  static ChildJvm start(WorkloadPlan plan) {
    try {
      return new ChildJvm(new ProcessBuilder(command(plan)).start());
    } catch (IOException e) {
      throw new WorkloadEndedException(
          "the workload ended before it began: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  Process process() {
    return process;
  }

  /** {@return whether the process has gone, or goes within a moment} */
  boolean hasEnded() {
    try {
      return process.waitFor(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * {@return why the process ended, in a few words: its own complaint, or a signal, or a status}
   */
  String lastWords() {
    if (!hasEnded()) {
      return "it closed its output";
    }
    int status = process.exitValue();
    if (status > KILLED_BY_SIGNAL) {
      return "killed by signal " + (status - KILLED_BY_SIGNAL);
    }
    String complaint = complaint();
    return complaint.isEmpty() ? "exit status " + status : complaint;
  }

  private String complaint() {
    try {
      return words.firstLine();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Ends the process and waits until its memory is back. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> command(WorkloadPlan plan) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + (BASE_HEAP_BYTES + HEAP_BYTES_PER_DIRTY_PAGE * (long) plan.dirtyPages()));
    Collections.addAll(command, "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto");
    // At SIGQUIT it writes its threads, and its output is for answers.
    command.add("-XX:+DisplayVMOutputToStderr");
    // So that the end of its input stops a long loop of writes too.
    command.add("-XX:+UseCountedLoopSafepoints");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    if (Runtime.version().feature() >= FIRST_JDK_THAT_WARNS) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
    command.add(WorkloadMain.class.getName());
    Collections.addAll(command, WorkloadMain.arguments(plan));
    return command;
  }
}
