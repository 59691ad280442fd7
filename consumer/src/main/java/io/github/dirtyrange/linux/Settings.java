package io.github.dirtyrange.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine's settings under /proc/sys, for saying which one stands in the way. */
final class Settings {

  private Settings() {}

  /** {@return a setting's text, for instance of {@code kernel/perf_event_paranoid}, if readable} */
  static Optional<String> read(String name) {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys", name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** {@return "name is value", as sysctl(8) names it, or "name is unknown"} */
  static String say(String name) {
    return name.replace('/', '.') + " is " + read(name).orElse("unknown");
  }
}
