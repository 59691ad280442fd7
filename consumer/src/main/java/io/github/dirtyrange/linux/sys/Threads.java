package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The threads of a process, {@code /proc/PID/task}. */
public final class Threads {

  private Threads() {}

  /**
   * {@return the numbers of the threads that are there now}
   *
   * @throws KernelException ESRCH if the process has gone
   */
  public static int[] of(int pid) {
    return in(Path.of("/proc", Integer.toString(pid), "task"));
  }

  /**
   * {@return the numbers of the threads of the process whose folder of /proc this is}
   *
   * @throws KernelException ESRCH if the process has gone, whoever has its number now
   */
  public static int[] of(Descriptor folder) {
    return in(Path.of("/proc/self/fd", Integer.toString(folder.number()), "task"));
  }

  /** {@return the processes that a process's threads have started and that are there still} */
  public static int[] children(int pid) {
    Path tasks = Path.of("/proc", Integer.toString(pid), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.flatMapToInt(Threads::childrenOf).toArray();
    } catch (IOException | UncheckedIOException e) {
      return new int[0];
    }
  }

  private static IntStream childrenOf(Path thread) {
    try {
      String list = Files.readString(thread.resolve("children"), StandardCharsets.US_ASCII).strip();
      return list.isEmpty()
          ? IntStream.empty()
          : Arrays.stream(list.split(" ", -1)).mapToInt(Integer::parseInt);
    } catch (IOException e) {
      return IntStream.empty();
    }
  }

  /** {@return a thread's name (comm), empty if it has gone} */
  public static String name(int pid, int tid) {
    Path comm = Path.of("/proc", Integer.toString(pid), "task", Integer.toString(tid), "comm");
    try {
      return PrintableName.ofComm(comm);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * {@return a thread of a process that has memory, the first before others: when it has ended
   * before them it has none} The first if none has any, or the process has gone.
   */
  public static int withMemory(int pid) {
    if (hasMemory(pid, pid)) {
      return pid;
    }
    try {
      return IntStream.of(of(pid)).filter(tid -> hasMemory(pid, tid)).findFirst().orElse(pid);
    } catch (KernelException e) {
      return pid;
    }
  }

  private static boolean hasMemory(int pid, int tid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/task/" + tid + "/statm"))
          .startsWith("0 ");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * {@return the numbers of the threads that a folder {@code task} of /proc lists}
   *
   * @throws KernelException ESRCH if the process has gone
   */
  public static int[] in(Path folder) {
    try (Stream<Path> threads = Files.list(folder)) {
      return threads.mapToInt(path -> Integer.parseInt(path.getFileName().toString())).toArray();
    } catch (IOException | UncheckedIOException e) {
      throw new KernelException(Errno.ESRCH, "list " + folder);
    }
  }
}
