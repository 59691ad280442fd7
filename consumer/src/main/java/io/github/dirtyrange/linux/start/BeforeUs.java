package io.github.dirtyrange.linux.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What was before this virtual machine changed it, as far as its children would inherit it.
 *
 * @param blockedSignals as a mask: the first thread's, which runs no Java
 * @param openFiles the soft limit of open files; a virtual machine raises its own to the hard one
 */
public record BeforeUs(long blockedSignals, OptionalLong openFiles) {

  /** The launcher notes it here, since nothing tells it afterwards. */
  private static final String OPEN_FILES = "dirtyrange.openFiles";

  private static final String BLOCKED = "SigBlk:\t";

  /** {@return what is known of it} */
  public static BeforeUs known() {
    String files = System.getProperty(OPEN_FILES, "");
    return new BeforeUs(
        blocked(),
        files.matches("[0-9]{1,18}")
            ? OptionalLong.of(Long.parseLong(files))
            : OptionalLong.empty());
  }

  private static long blocked() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(BLOCKED))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(BLOCKED.length()), 16))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
