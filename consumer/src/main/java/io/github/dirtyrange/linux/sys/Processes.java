package io.github.dirtyrange.linux.sys;

import java.io.File;
import java.util.Arrays;

/** The processes of this machine, as far as {@code /proc} shows them. */
public final class Processes {

  private Processes() {}

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
