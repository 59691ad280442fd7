package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A folder of the cgroup hierarchy of version 2, with those below it. */
record Cgroup(Path folder) {

  private static final String VERSION_2 = "0::";

  /** {@return the cgroup of a process, unless it is the root, in which everything is} */
  static Optional<Cgroup> of(int pid) {
    try {
      return path(pid).flatMap(path -> mount().map(mount -> new Cgroup(Path.of(mount + path))));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> path(int pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
        .filter(line -> line.startsWith(VERSION_2))
        .map(line -> line.substring(VERSION_2.length()))
        .filter(path -> !path.equals("/") && !path.contains("/.."))
        .findFirst();
  }

  /** Where the whole hierarchy is mounted, with spaces as mountinfo has them. */
  private static Optional<String> mount() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return mounts
          .filter(line -> line.contains(" - cgroup2 "))
          .map(line -> line.split(" ", -1))
          .filter(fields -> fields[3].equals("/"))
          .map(fields -> fields[4].replace("\\040", " "))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens it for perf. */
  Descriptor open() {
    return Descriptor.open(folder.toString(), Abi.O_RDONLY | Abi.O_DIRECTORY);
  }

  /**
   * {@return how many processes in it do not pass; a great number where they cannot be listed} One
   * that is in no process namespace of ours is 0.
   */
  long countOthers(IntPredicate passes) {
    try (Stream<Path> below = Files.walk(folder)) {
      return below
          .filter(Files::isDirectory)
          .flatMapToInt(Cgroup::processes)
          .filter(pid -> !passes.test(pid))
          .count();
    } catch (IOException | UncheckedIOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** {@return whether a process is in it} */
  boolean holds(int pid) {
    return of(pid).map(other -> other.folder.startsWith(folder)).orElse(false);
  }

  private static IntStream processes(Path folder) {
    try {
      List<String> numbers = Files.readAllLines(folder.resolve("cgroup.procs"));
      return numbers.stream().mapToInt(Integer::parseInt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
