package io.github.dirtyrange.linux.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hierarchies of cgroups that matter here, and what they say of a process. */
public enum CgroupHierarchy {
  /** Version 2. */
  UNIFIED("0::", " - cgroup2 .*", "cgroup.events", Pattern.compile("(?m)^frozen 1$")),
  /** The freezer of version 1. */
  FREEZER(
      "\\d+:(?:[^:]*,)?freezer(?:,[^:]*)?:",
      " - cgroup .*\\bfreezer\\b.*",
      "freezer.state",
      Pattern.compile("^FR"));

  private final Pattern member;
  private final Pattern mount;
  private final String stateFile;
  private final Pattern frozen;

  CgroupHierarchy(String member, String mount, String stateFile, Pattern frozen) {
    this.member = Pattern.compile(member + "(/.*)");
    // Where the whole of it is mounted: ID, parent, device, root, place.
    this.mount = Pattern.compile("\\S+ \\S+ \\S+ / (\\S+) .*" + mount);
    this.stateFile = stateFile;
    this.frozen = frozen;
  }

  /**
   * {@return the path of a process's cgroup below the root; nothing if it is in none, or in one
   * that is not below ours}
   */
  public Optional<String> path(int pid) {
    return first(member, Path.of("/proc/" + pid + "/cgroup")).filter(path -> !path.contains("/.."));
  }

  /** {@return the folder of a cgroup, if the hierarchy is mounted} */
  public Optional<Path> folder(String path) {
    return first(mount, Path.of("/proc/self/mountinfo"))
        .map(place -> Path.of(place.replace("\\040", " ") + path));
  }

  /** {@return whether a process stands still until somebody thaws its cgroup, as far as shows} */
  public static boolean isFrozen(int pid) {
    return UNIFIED.hasFrozen(pid) || FREEZER.hasFrozen(pid);
  }

  private boolean hasFrozen(int pid) {
    Optional<Path> state = path(pid).flatMap(this::folder).map(folder -> folder.resolve(stateFile));
    return state.isPresent() && frozen.matcher(text(state.get())).find();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // the root has none
    }
  }

  private static Optional<String> first(Pattern line, Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.stream()
          .map(line::matcher)
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
