package io.github.dirtyrange.linux.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What was before this virtual machine changed it, as far as its children would inherit it.
 *
 * @param blockedSignals as a mask: the first thread's, which runs no Java
 * @param ignoredSignals as a mask: a virtual machine handles some of them all the same, and what it
 *     handles is not ignored in its children
 * @param coredumpFilter which mappings a core dump has in it; a virtual machine adds those of files
 * @param openFiles the soft limit of open files; a virtual machine raises its own to the hard one
 */
public record BeforeUs(
    long blockedSignals,
    OptionalLong ignoredSignals,
    OptionalLong coredumpFilter,
    OptionalLong openFiles) {

  // The launcher notes them here, since nothing tells them afterwards.
  private static final String IGNORED_SIGNALS = "dirtyrange.ignoredSignals";
  private static final String COREDUMP_FILTER = "dirtyrange.coredumpFilter";
  private static final String OPEN_FILES = "dirtyrange.openFiles";

  private static final int DECIMAL = 10;
  private static final int HEXADECIMAL = 16;
  private static final String BLOCKED = "SigBlk:\t";

  /** {@return what is known of it} */
  public static BeforeUs known() {
    return new BeforeUs(
        blocked(),
        noted(IGNORED_SIGNALS, "[0-9a-f]{1,16}", HEXADECIMAL),
        noted(COREDUMP_FILTER, "[0-9a-f]{1,8}", HEXADECIMAL),
        noted(OPEN_FILES, "[0-9]{1,18}", DECIMAL));
  }

  private static OptionalLong noted(String property, String form, int radix) {
    String number = System.getProperty(property, "");
    return number.matches(form)
        ? OptionalLong.of(Long.parseUnsignedLong(number, radix))
        : OptionalLong.empty();
  }

  private static long blocked() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(BLOCKED))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(BLOCKED.length()), HEXADECIMAL))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
