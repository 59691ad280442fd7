package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Vma;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file systems that a process has mounted.
 *
 * @param types their types, by the number of their device as {@link Vma#device()}
 * @param withNodes devices of those where the node of a device can be opened: mounted without nodev
 */
record FileSystems(Map<Long, String> types, Set<Long> withNodes) {

  /**
   * proc_pid_mountinfo(5): id, parent, device, root, place, options, any number of others, a dash
   * by itself, the type. A space within a field is written otherwise.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "\\d+ \\d+ (\\d+):(\\d+) [^ ]+ [^ ]+ ([^ ]+) (?:(?!- )[^ ]+ )*- ([^ ]+) .*",
          Pattern.DOTALL);

  FileSystems {
    types = Map.copyOf(types);
    withNodes = Set.copyOf(withNodes);
  }

  /** {@return what a process's {@code mountinfo} says; nothing if it cannot be read} */
  static Optional<FileSystems> read(Path file) {
    try {
      return Optional.of(parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** {@return none at all} */
  static FileSystems none() {
    return new FileSystems(Map.of(), Set.of());
  }

  static FileSystems parse(String lines) {
    Map<Long, String> types = new HashMap<>();
    Set<Long> withNodes = new HashSet<>();
    for (String text : lines.split("\n", -1)) {
      Matcher line = LINE.matcher(text);
      if (line.matches()) {
        long device = device(line);
        types.putIfAbsent(device, line.group(4));
        if (!List.of(line.group(3).split(",", -1)).contains("nodev")) {
          withNodes.add(device);
        }
      }
    }
    return new FileSystems(types, withNodes);
  }

  private static long device(Matcher line) {
    return Vma.device(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
  }

  /** {@return the type of a device's file system, "" if it is not mounted} */
  String type(long device) {
    return types.getOrDefault(device, "");
  }

  /** {@return whether a file there may be the node of a device} */
  boolean mayHaveNodes(long device) {
    return withNodes.contains(device);
  }
}
