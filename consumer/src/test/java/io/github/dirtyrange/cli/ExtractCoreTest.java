package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code extract --core} of what {@code snapshot} saved; what gdb makes of it: CoreInGdbTest. */
@Timeout(120)
@Tag("machine")
class ExtractCoreTest {

  private static final int NOTES_OFFSET_AT = 64 + 8;
  private static final int NOTES_BYTES_AT = 64 + 32;
  private static final int NT_PRSTATUS = 1;
  private static final int NOTE_HEADER_BYTES = 12;

  @TempDir static Path folder;

  @Test
  void theStoppedGenerationHasTheThreadsAndTheOtherMemoryAlone() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    OnLinux.need(Capability.READ_MEMORY);
    Path many = CTarget.compile("many", folder);
    Path saved = folder.resolve("saved");
    try (CTarget target = CTarget.start(many, 3)) {
      target.longNumber();
      Program.Outcome made = Program.run("snapshot " + target.pid() + " " + saved);
      assertThat(made.status()).as(made.err()).isZero();
      assertThat(threads(core("@2", ""))).isOne();
      assertThat(threads(core("@1", "has no threads"))).isZero();
      assertThat(target.finish()).isZero();
    }
  }

  private static ByteBuffer core(String generation, String said) throws IOException {
    Path core = folder.resolve("core" + generation);
    Program.Outcome outcome =
        Program.run("extract " + folder.resolve("saved") + generation + " --core --output " + core);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains(said);
    return ByteBuffer.wrap(Files.readAllBytes(core)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@return how many threads the notes of a core tell of} */
  private static int threads(ByteBuffer core) {
    int at = (int) core.getLong(NOTES_OFFSET_AT);
    int end = at + (int) core.getLong(NOTES_BYTES_AT);
    int threads = 0;
    while (at < end) {
      threads += core.getInt(at + 8) == NT_PRSTATUS ? 1 : 0;
      at += NOTE_HEADER_BYTES + aligned(core.getInt(at)) + aligned(core.getInt(at + 4));
    }
    return threads;
  }

  private static int aligned(int bytes) {
    return (bytes + 3) & -4;
  }
}
