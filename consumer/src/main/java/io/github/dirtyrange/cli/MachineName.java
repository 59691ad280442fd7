package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this machine is, in some words. */
final class MachineName {

  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  private MachineName() {}

  /** {@return its processor and how many of them: "AMD EPYC 9R14, 2 CPUs"} */
  static String ofThis() {
    return model() + ", " + Runtime.getRuntime().availableProcessors() + " CPUs";
  }

  private static String model() {
    try (Stream<String> lines = Files.lines(CPUS)) {
      return lines
          .filter(line -> line.startsWith(MODEL))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException | UncheckedIOException e) {
      return System.getProperty("os.arch");
    }
  }
}
