package io.github.dirtyrange.linux.sys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Names that others give to processes, threads and files: bytes of any kind, which a terminal would
 * obey. What controls a terminal, or in which direction it writes, is written as {@code \x1b}, what
 * is no UTF-8 as U+FFFD.
 */
public final class PrintableName {

  private PrintableName() {}

  /** {@return what a file {@code comm} of /proc says, without the newline at its end} */
  public static String ofComm(Path comm) throws IOException {
    String name = new String(Files.readAllBytes(comm), StandardCharsets.UTF_8);
    return of(name.endsWith("\n") ? name.substring(0, name.length() - 1) : name);
  }

  /** {@return a name with its control characters written out} */
  public static String of(String name) {
    return name.chars().anyMatch(PrintableName::isObeyed) ? writtenOut(name) : name;
  }

  /** The format characters (Cf) of Unicode among others turn the direction round. */
  private static boolean isObeyed(int unit) {
    int type = Character.getType(unit);
    return Character.isISOControl(unit)
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static String writtenOut(String name) {
    return name.chars().mapToObj(PrintableName::writtenOut).collect(Collectors.joining());
  }

  private static String writtenOut(int unit) {
    if (!isObeyed(unit)) {
      return Character.toString((char) unit);
    }
    return unit < 0x100 ? String.format("\\x%02x", unit) : String.format("\\u%04x", unit);
  }
}
