package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.PrintableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /proc/PID/task/TID/status} says of who may stop a thread.
 *
 * @param tracer the process that traces it, 0 for none
 * @param filtered whether its system calls go through a filter (seccomp)
 * @param shadowStack whether its returns are checked against a stack of their own
 * @param ended whether it has ended, and is there by name alone
 */
record ThreadStatus(int tracer, boolean filtered, boolean shadowStack, boolean ended) {

  private static final Pattern ENDED = Pattern.compile("\nState:\t[ZX]");
  private static final Pattern TRACER = Pattern.compile("\nTracerPid:\t(\\d+)");
  private static final Pattern SECCOMP = Pattern.compile("\nSeccomp:\t(\\d+)");
  private static final Pattern FEATURES = Pattern.compile("\nx86_Thread_features:\t.*shstk");

  /** {@return a thread's status, nothing if it has ended} */
  static Optional<ThreadStatus> of(Path threads, int tid) {
    Path file = threads.resolve(Integer.toString(tid)).resolve("status");
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return Optional.of(
          new ThreadStatus(
              number(TRACER, text),
              number(SECCOMP, text) != 0,
              FEATURES.matcher(text).find(),
              ENDED.matcher(text).find()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int number(Pattern line, String text) {
    Matcher matcher = line.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /**
   * Refuses a thread that somebody traces, naming who.
   *
   * @throws KernelException EPERM
   */
  void refuseTraced(String what) {
    KernelException.refuseIf(
        tracer != 0, Errno.EPERM, what + ", which process " + tracer + name() + " traces");
  }

  private String name() {
    try {
      return " (" + PrintableName.ofComm(Path.of("/proc/" + tracer + "/comm")) + ")";
    } catch (IOException e) {
      return "";
    }
  }
}
