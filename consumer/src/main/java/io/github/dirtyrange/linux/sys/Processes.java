package io.github.dirtyrange.linux.sys;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The processes of this machine, as far as {@code /proc} shows them. */
public final class Processes {

  /** {@code USER_HZ}: in its ticks /proc tells times since the machine started. */
  private static final int TICKS_A_SECOND = 100;

  /** The field behind the name in /proc/PID/stat, counted from the state on. */
  private static final int STARTED = 19;

  private Processes() {}

  /** {@return the ticks since the machine started} */
  public static long ticks() {
    try {
      String seconds = Files.readString(Path.of("/proc/uptime"));
      return (long)
          (Double.parseDouble(seconds.substring(0, seconds.indexOf(' '))) * TICKS_A_SECOND);
    } catch (IOException e) {
      return 0;
    }
  }

  /** {@return the processes that are there now and started at some ticks, or later} */
  public static IntStream startedSince(long ticks) {
    return IntStream.of(list()).filter(pid -> started(pid) >= ticks);
  }

  private static long started(int pid) {
    try {
      String stat =
          new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
      // The name in parentheses may hold spaces and parentheses.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[STARTED]);
    } catch (IOException e) {
      return -1;
    }
  }

  /** {@return the numbers of all processes that are there now; none where /proc is not mounted} */
  public static int[] list() {
    String[] names = new File("/proc").list();
    return names == null
        ? new int[0]
        : Arrays.stream(names)
            .filter(name -> name.matches("[1-9]\\d{0,9}"))
            .mapToInt(Integer::parseInt)
            .toArray();
  }
}
