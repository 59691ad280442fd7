package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has /dev/full")
class StandardOutputTest {

  @Test
  void whatCannotBeWrittenIsSaidInOneLine() throws Exception {
    Process program =
        Program.startInto(
            ProcessBuilder.Redirect.to(new File("/dev/full")), List.of(), "quirks 6.8");
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).isEqualTo(ExitStatus.OUTPUT_LOST);
    assertThat(err).isEqualTo("dirtyrange: cannot write the output: No space left on device\n");
  }

  /** As head(1) does when it has seen enough. */
  @Test
  void whoReadsNoFurtherIsNotTold() throws Exception {
    Process program = Program.start(List.of(), "quirks");
    program.getInputStream().close();
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).isZero();
    assertThat(err).isEmpty();
  }
}
