package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a process as a whole. */
@Timeout(60)
class ProcessNotesTest {

  @TempDir Path folder;

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need();
  }

  @Test
  void aProcessIsToldWhateverItsNameIs() throws Exception {
    Path program = Files.copy(Path.of("/bin/cat"), folder.resolve("a) R 1 (\nb"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    try (CTarget cat = CTarget.start(program, "-", "-");
        TrackedProcess process = LinuxKernel.open().open(cat.pid())) {
      assertThat(cat.ask("before")).isEqualTo("before");
      ProcessNotes notes = process.notes().orElseThrow();
      assertThat(notes.pid()).isEqualTo(cat.pid());
      assertThat(notes.parent()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(notes.name()).isEqualTo("a) R 1 (\nb");
      assertThat(notes.arguments()).isEqualTo(cut(program + " - -"));
      assertThat(notes.uid()).isEqualTo(Files.getAttribute(proc(cat), "unix:uid"));
      assertThat(notes.gid()).isEqualTo(Files.getAttribute(proc(cat), "unix:gid"));
      String[] stat = Files.readString(proc(cat).resolve("stat")).split(" ", -1);
      int last = stat.length - 1;
      assertThat(notes.group()).isEqualTo(Integer.parseInt(stat[last - 47]));
      assertThat(notes.session()).isEqualTo(Integer.parseInt(stat[last - 46]));
      assertThat(notes.nice()).isEqualTo(Integer.parseInt(stat[last - 33]));
      byte[] vector = Files.readAllBytes(proc(cat).resolve("auxv"));
      assertThat(notes.auxiliary()).isEqualTo(ByteBuffer.wrap(vector));
      cat.kill();
      assertThatThrownBy(process::notes).isInstanceOf(MemoryGoneException.class);
    }
  }

  /** The beginning, of 80 bytes. */
  private static String cut(String line) {
    return line.substring(0, Math.min(line.length(), 80));
  }

  private static Path proc(CTarget target) {
    return Path.of("/proc", Integer.toString(target.pid()));
  }
}
