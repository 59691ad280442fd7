package io.github.dirtyrange.conform.selftest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * The settings of the whole machine that some scenarios need. Only a guest of the kernel lab, which
 * nobody else uses, says that its tests may change them.
 */
final class GuestMachine {

  private static final Path KSM = Path.of("/sys/kernel/mm/ksm");
  private static final Path SHMEM_HUGE =
      Path.of("/sys/kernel/mm/transparent_hugepage/shmem_enabled");
  private static final Path NODES = Path.of("/sys/devices/system/node/online");
  private static final int PAGES_A_SCAN = 100_000;
  private static final int PASSES = 3;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private GuestMachine() {}

  /** {@return whether the tests have the machine for themselves} */
  static boolean isOurs() {
    return Boolean.getBoolean("dirtyrange.test.wholeMachine");
  }

  /** Skips the test unless it may change the machine. */
  static void needed() {
    assumeTrue(isOurs(), "changes settings of the whole machine: runs in the kernel lab only");
  }

  /** Skips the test unless pages can be moved from one node to another. */
  static void needsTwoNodes() {
    needed();
    assumeTrue(
        Files.exists(NODES) && !read(NODES).equals("0"), "the machine has one NUMA node only");
  }

  /** Lets shared memory have huge pages while something is done. */
  static void withHugeSharedMemory(Runnable body) {
    write(SHMEM_HUGE, "always");
    try {
      body.run();
    } finally {
      write(SHMEM_HUGE, "never");
    }
  }

  /** Lets the same-page merger pass over all memory a few times. */
  static void mergeSamePages() {
    write(KSM.resolve("pages_to_scan"), Integer.toString(PAGES_A_SCAN));
    write(KSM.resolve("sleep_millisecs"), "1");
    int enough = passes() + PASSES;
    write(KSM.resolve("run"), "1");
    try {
      await(() -> passes() >= enough, "the same-page merger does not pass");
    } finally {
      write(KSM.resolve("run"), "0");
    }
  }

  private static int passes() {
    return Integer.parseInt(read(KSM.resolve("full_scans")));
  }

  private static void await(BooleanSupplier condition, String otherwise) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(otherwise);
      }
      Thread.onSpinWait();
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path path, String value) {
    try {
      Files.writeString(path, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
