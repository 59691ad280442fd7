package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that look like cgroups. */
class CgroupTest {

  @TempDir Path folder;

  @Test
  void processesOfAllFoldersBelowAreCounted() throws IOException {
    Files.writeString(folder.resolve("cgroup.procs"), "7\n8\n");
    Path below = Files.createDirectory(folder.resolve("below"));
    Files.writeString(below.resolve("cgroup.procs"), "9\n0\n");
    assertThat(new Cgroup(folder).countOthers(pid -> pid == 8)).isEqualTo(3);
    assertThat(new Cgroup(below).countOthers(pid -> pid == 9)).isEqualTo(1);
  }

  @Test
  void aCgroupThatCannotBeListedIsNobodysOwn() {
    assertThat(new Cgroup(folder).countOthers(pid -> true)).isEqualTo(Long.MAX_VALUE);
  }
}
