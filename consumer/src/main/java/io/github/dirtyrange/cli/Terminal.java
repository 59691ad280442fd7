package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which of the standard streams are terminals. */
final class Terminal {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Terminal() {}

  /** {@return whether a descriptor of this process is a terminal} */
  static boolean is(int descriptor) {
    try {
      Path place = DESCRIPTORS.resolve(Integer.toString(descriptor));
      String target = Files.readSymbolicLink(place).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
