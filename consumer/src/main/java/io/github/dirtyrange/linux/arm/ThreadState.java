package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.linux.sys.PrintableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a thread is doing ({@code syscall} and its state in its folder of /proc).
 *
 * @param tid the thread
 * @param comm its name
 * @param state the letter that stands for its state
 * @param call the system call in which it waits; -1 for none
 * @param arguments of that call
 * @param stackPointer where it waits; 0 if it runs
 */
record ThreadState(
    int tid, String comm, char state, long call, List<Long> arguments, long stackPointer) {

  private static final Pattern STAT = Pattern.compile("\\d+ \\((.*)\\) (\\S) .*", Pattern.DOTALL);
  private static final int ARGUMENTS = 6;

  /** {@return the state of a thread, nothing if it has ended} */
  static Optional<ThreadState> of(Path threads, int tid) {
    Path folder = threads.resolve(Integer.toString(tid));
    try {
      Matcher stat =
          STAT.matcher(
              new String(Files.readAllBytes(folder.resolve("stat")), StandardCharsets.UTF_8));
      if (!stat.matches()) {
        return Optional.empty();
      }
      String[] words = Files.readString(folder.resolve("syscall")).strip().split(" ", -1);
      return Optional.of(
          parse(tid, PrintableName.of(stat.group(1)), stat.group(2).charAt(0), words));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ThreadState parse(int tid, String comm, char state, String[] words) {
    if (words[0].equals("running")) {
      return new ThreadState(tid, comm, state, -1, List.of(), 0);
    }
    List<Long> arguments =
        words.length <= ARGUMENTS
            ? List.of()
            : Arrays.stream(words, 1, 1 + ARGUMENTS).map(ThreadState::number).toList();
    long stackPointer = number(words[words.length - 2]);
    return new ThreadState(tid, comm, state, Long.parseLong(words[0]), arguments, stackPointer);
  }

  private static long number(String hex) {
    return Long.parseUnsignedLong(hex.substring(2), 16);
  }

  /** {@return what it does, for people} */
  String say() {
    String where = call < 0 ? "in no system call" : "in " + Calls.name(call);
    return "thread " + tid + " (" + comm + "), state " + state + ", " + where;
  }
}
