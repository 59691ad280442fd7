package io.github.dirtyrange.linux.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The numbers of the CPUs that are online. */
public final class OnlineCpus {

  private OnlineCpus() {}

  /** {@return the numbers in ascending order} */
  public static int[] read() {
    try {
      return parse(Files.readString(Path.of("/sys/devices/system/cpu/online")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell which CPUs are online", e);
    }
  }

  /** {@return the numbers in a list like "0-3,8"} */
  public static int[] parse(String list) {
    return Arrays.stream(list.strip().split(",", -1)).flatMapToInt(OnlineCpus::parsePart).toArray();
  }

  private static IntStream parsePart(String part) {
    int dash = part.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
    return IntStream.rangeClosed(
        first, dash < 0 ? first : Integer.parseInt(part.substring(dash + 1)));
  }
}
