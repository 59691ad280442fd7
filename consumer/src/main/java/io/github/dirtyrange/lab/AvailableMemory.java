package io.github.dirtyrange.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How much memory Linux can give without swapping: what a workload may populate. */
public final class AvailableMemory {

  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_USE = Path.of("/sys/fs/cgroup/memory.current");
  private static final String AVAILABLE = "MemAvailable:";

  /** Heaps, page tables, and what else the machine does. */
  private static final long RESERVE_BYTES = 512L << 20;

  /** A page table entry a page, and as much again for what the kernel keeps beside a page. */
  private static final int OVERHEAD_SHIFT = 8;

  private AvailableMemory() {}

  /** {@return the bytes a workload may map and populate, or nothing where that is not known} */
  public static OptionalLong forWorkload() {
    OptionalLong available = machine();
    if (available.isEmpty()) {
      return available;
    }
    long bytes = Math.min(available.getAsLong(), group()) - RESERVE_BYTES;
    return OptionalLong.of(Math.max(0, bytes - (bytes >> OVERHEAD_SHIFT)));
  }

  private static OptionalLong machine() {
    try (Stream<String> lines = Files.lines(MEMINFO)) {
      return lines
          .filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** {@return what is left of the control group's limit; no limit reads as a very large number} */
  private static long group() {
    try {
      return Long.parseLong(Files.readString(GROUP_LIMIT).strip())
          - Long.parseLong(Files.readString(GROUP_USE).strip());
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
