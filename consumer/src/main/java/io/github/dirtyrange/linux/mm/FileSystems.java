package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Vma;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file systems that a process has mounted.
 *
 * @param types their types, by the number of their device as {@link Vma#device()}
 */
record FileSystems(Map<Long, String> types) {

  /**
   * proc_pid_mountinfo(5): id, parent, device, root, place, options, any number of others, a dash
   * by itself, the type. A space within a field is written otherwise.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "\\d+ \\d+ (\\d+):(\\d+) \\S+ \\S+ \\S+ (?:(?!- )\\S+ )*- (\\S+) .*", Pattern.DOTALL);

  private static final Pattern NEWLINE = Pattern.compile("\n");

  FileSystems {
    types = Map.copyOf(types);
  }

  /** {@return what a process's {@code mountinfo} says; nothing if it cannot be read} */
  static FileSystems read(Path file) {
    try {
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new FileSystems(Map.of());
    }
  }

  static FileSystems parse(String text) {
    return new FileSystems(
        NEWLINE
            .splitAsStream(text)
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .collect(
                Collectors.toMap(
                    FileSystems::device, line -> line.group(3), (first, again) -> first)));
  }

  private static Long device(Matcher line) {
    return Vma.device(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
  }

  /** {@return the type of a device's file system, "" if it is not mounted} */
  String type(long device) {
    return types.getOrDefault(device, "");
  }
}
