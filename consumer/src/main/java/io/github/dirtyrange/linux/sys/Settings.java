package io.github.dirtyrange.linux.sys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The machine's settings under /proc/sys, for saying which one stands in the way. */
public final class Settings {

  private static final int MOST_BYTES = 256;

  private Settings() {}

  /** {@return a setting's text, for instance of {@code kernel/perf_event_paranoid}, if readable} */
  public static Optional<String> read(String name) {
    // In one read: from the second byte on, the kernel says that a number has ended.
    try (InputStream setting = Files.newInputStream(Path.of("/proc/sys", name))) {
      byte[] bytes = setting.readNBytes(MOST_BYTES);
      return Optional.of(new String(bytes, StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** {@return a setting that is a number, if it is readable and one} */
  public static OptionalInt readNumber(String name) {
    return read(name).filter(text -> text.matches("-?\\d{1,9}")).stream()
        .mapToInt(Integer::parseInt)
        .findFirst();
  }

  /** {@return "name is value", as sysctl(8) names it, or "name is unknown"} */
  public static String say(String name) {
    return name.replace('/', '.') + " is " + read(name).orElse("unknown");
  }
}
