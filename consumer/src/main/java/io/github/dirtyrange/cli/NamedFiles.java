package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command line names, to be read or written: what is in one must not be lost to
 * another.
 */
final class NamedFiles {

  private final Map<Path, String> named = new LinkedHashMap<>();

  /**
   * Takes note of a file, if one is named. Throws {@link UsageMistake} where it is one that was
   * named before, by whatever name. Several may go to a device, as /dev/null.
   */
  NamedFiles add(String option, @Nullable Path file) {
    return add(option + " ", "by " + option, file);
  }

  /**
   * Does the same of a file that no option names.
   *
   * @param what it is, as "a shard"
   */
  NamedFiles addArgument(String what, Path file) {
    return add("", "as " + what, file);
  }

  private NamedFiles add(String option, String how, @Nullable Path file) {
    if (file == null || (Files.exists(file) && !Files.isRegularFile(file))) {
      return this;
    }
    named.forEach(
        (other, before) -> {
          if (isSame(file, other)) {
            String too = before.equals(how) ? asAnother(file, other) : ", " + before + ", too";
            throw new UsageMistake(option + file + " is given twice" + too + "; name another file");
          }
        });
    named.put(file, how);
    return this;
  }

  private static String asAnother(Path file, Path other) {
    return file.equals(other) ? "" : ", as " + other + ", too";
  }

  private static boolean isSame(Path file, Path other) {
    try {
      if (Files.exists(file) && Files.exists(other)) {
        return Files.isSameFile(file, other);
      }
      return WholeFile.resolved(file).equals(WholeFile.resolved(other));
    } catch (IOException e) {
      // Its folder is not there: whoever writes it will say so.
      return file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
  }
}
