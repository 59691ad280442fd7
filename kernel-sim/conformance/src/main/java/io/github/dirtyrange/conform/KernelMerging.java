package io.github.dirtyrange.conform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The running kernel's same-page merging, by its controls in {@code /sys/kernel/mm/ksm}: it runs
 * only while it is asked to.
 */
final class KernelMerging {

  private static final Path CONTROLS = Path.of("/sys/kernel/mm/ksm");

  /**
   * A page is merged in the pass after the one that first saw what it holds; the first may be half
   * over when it is counted.
   */
  private static final int PASSES = 3;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  /**
   * Lets the kernel look at all memory that asked for merging, until it has merged what it will.
   */
  static void runPasses() {
    set("sleep_millisecs", 0);
    set("pages_to_scan", 100_000);
    setIfKnown("smart_scan", 0);
    long last = get("full_scans") + PASSES;
    set("run", 1);
    long start = System.nanoTime();
    while (get("full_scans") < last && System.nanoTime() - start < PATIENCE_NANOS) {
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    set("run", 0);
  }

  private static void setIfKnown(String control, long value) {
    if (java.nio.file.Files.exists(CONTROLS.resolve(control))) {
      set(control, value);
    }
  }

  private static void set(String control, long value) {
    try {
      java.nio.file.Files.writeString(CONTROLS.resolve(control), Long.toString(value));
    } catch (IOException e) {
      throw new UncheckedIOException("setting same-page merging's " + control, e);
    }
  }

  private static long get(String control) {
    try {
      return Long.parseLong(java.nio.file.Files.readString(CONTROLS.resolve(control)).trim());
    } catch (IOException e) {
      throw new UncheckedIOException("reading same-page merging's " + control, e);
    }
  }
}
