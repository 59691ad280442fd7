package io.github.dirtyrange.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintableNameTest {

  @Property
  void nothingThatATerminalObeysIsLeft(@ForAll String name) {
    assertThat(PrintableName.of(name).chars()).noneMatch(Character::isISOControl);
  }

  @Property
  void whatCanBePrintedStaysAsItIs(@ForAll String name) {
    String printable = PrintableName.of(name);
    assertThat(PrintableName.of(printable)).isEqualTo(printable);
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(PrintableName.of("a\033[31mb\n\u009b")).isEqualTo("a\\x1b[31mb\\x0a\\x9b");
  }

  @Test
  void soAreThoseThatTurnTheDirectionRound() {
    assertThat(PrintableName.of("a\u202eb\u2028\u2066")).isEqualTo("a\\u202eb\\u2028\\u2066");
  }

  @Test
  void aCommIsReadAsUtf8(@TempDir Path folder) throws IOException {
    Path comm = folder.resolve("comm");
    Files.write(comm, "fädchen \n\n".getBytes(StandardCharsets.UTF_8));
    assertThat(PrintableName.ofComm(comm)).isEqualTo("fädchen \\x0a");
    Files.write(comm, new byte[] {'a', (byte) 0xff, '\n'});
    assertThat(PrintableName.ofComm(comm)).isEqualTo("a\ufffd");
  }
}
