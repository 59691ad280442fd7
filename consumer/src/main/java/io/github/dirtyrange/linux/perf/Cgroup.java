package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.CgroupHierarchy;
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

  /** {@return the cgroup of a process, unless it is the root, in which everything is} */
  static Optional<Cgroup> of(int pid) {
    return CgroupHierarchy.UNIFIED
        .path(pid)
        .filter(path -> !path.equals("/"))
        .flatMap(CgroupHierarchy.UNIFIED::folder)
        .map(Cgroup::new);
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
