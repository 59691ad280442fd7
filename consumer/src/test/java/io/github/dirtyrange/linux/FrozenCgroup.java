package io.github.dirtyrange.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.linux.sys.CgroupHierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A cgroup made for one process, which stands still in it until it is thawed. */
final class FrozenCgroup implements AutoCloseable {

  private final Path folder;
  private final Path before;
  private final int pid;

  private FrozenCgroup(Path folder, Path before, int pid) {
    this.folder = folder;
    this.before = before;
    this.pid = pid;
  }

  /** Freezes a process; skips the test where no cgroup can be made. */
  static FrozenCgroup of(int pid) throws IOException {
    CgroupHierarchy unified = CgroupHierarchy.UNIFIED;
    Optional<Path> before = unified.path(pid).flatMap(unified::folder);
    assumeTrue(before.isPresent(), "no cgroups of version 2 are mounted");
    Path root = unified.folder("/").orElseThrow();
    Path own = root.resolve("dirtyrange-frozen-" + pid);
    assumeTrue(own.toFile().mkdir(), "no cgroup can be made");
    FrozenCgroup frozen = new FrozenCgroup(own, before.get(), pid);
    frozen.move(own);
    frozen.freeze(1);
    while (!CgroupHierarchy.isFrozen(pid)) {
      LockSupport.parkNanos(1_000_000);
    }
    return frozen;
  }

  private void move(Path to) throws IOException {
    Files.writeString(to.resolve("cgroup.procs"), Integer.toString(pid));
  }

  private void freeze(int value) throws IOException {
    Files.writeString(folder.resolve("cgroup.freeze"), Integer.toString(value));
  }

  /** Lets it go on. */
  void thaw() throws IOException {
    freeze(0);
    while (CgroupHierarchy.isFrozen(pid)) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    thaw();
    move(before);
    Files.delete(folder);
  }
}
