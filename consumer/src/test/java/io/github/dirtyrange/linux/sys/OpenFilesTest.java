package io.github.dirtyrange.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpenFilesTest {

  @BeforeAll
  static void needLinux() {
    OnLinux.need(Capability.WP_ASYNC);
  }

  @Test
  void aThreadThatTookItsOwnDescriptorsHasAnotherTable(@TempDir Path folder) throws Exception {
    Path inside = CTarget.compile("inside", folder);
    try (CTarget apart = CTarget.start(inside, "apart", 3_000)) {
      assertThat(apart.answer()).isEqualTo("ready");
      Thread.sleep(100);
      List<OpenFiles> tables = OpenFiles.of(apart.pid());
      assertThat(tables).extracting(OpenFiles::pid).containsExactly(apart.pid(), apart.pid());
      assertThat(tables).extracting(OpenFiles::owner).doesNotHaveDuplicates();
      assertThat(OpenFiles.of((int) ProcessHandle.current().pid())).hasSize(1);
    }
  }

  @Test
  void whatHasGoneHasNone() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    assertThat(OpenFiles.of((int) ended.pid())).isEmpty();
  }

  @Test
  void aProcessStartedAfterSomeTicksIsFound() throws Exception {
    long ticks = Processes.ticks();
    Process sleep = new ProcessBuilder("sleep", "60").start();
    try {
      assertThat(Processes.startedSince(ticks)).contains((int) sleep.pid()).doesNotContain(1);
    } finally {
      sleep.destroyForcibly();
    }
  }
}
