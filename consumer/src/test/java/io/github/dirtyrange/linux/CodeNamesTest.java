package io.github.dirtyrange.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What code of a real process is called: that of this one, whose virtual machine compiles. */
@Timeout(60)
class CodeNamesTest {

  private static final int NOBODY = 65534;

  private final int pid = (int) ProcessHandle.current().pid();
  private final Path map = Path.of("/tmp/perf-" + pid + ".map");
  private TrackedProcess process;
  private CodeNames names;

  @BeforeEach
  void open() {
    OnLinux.need();
    assumeTrue(!Files.exists(map), "this virtual machine has a map already");
    process = LinuxProcess.open(pid);
    names = process.codeNames();
  }

  @AfterEach
  void close() throws IOException {
    if (process != null) {
      process.close();
      Files.deleteIfExists(map);
    }
  }

  private Vma compiled() {
    return process.maps().stream()
        .filter(vma -> vma.executable() && vma.path().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private CodePlace inCompiled() {
    names.look();
    return names.at(Pages.address(compiled().startVpn()) + 8);
  }

  private void writeMap() throws IOException {
    String start = Long.toHexString(Pages.address(compiled().startVpn()));
    Files.writeString(map, start + " 10 Hello.say\n", UTF_8);
  }

  @Test
  void compiledCodeHasTheNameThatItsMapSays() throws IOException {
    assertThat(inCompiled().function()).isEmpty();
    writeMap();
    assertThat(inCompiled().function()).isEqualTo("Hello.say");
    assertThat(inCompiled().mapping()).isEqualTo(compiled());
  }

  @Test
  void aMapOfSomebodyElseIsNotBelieved() throws IOException {
    writeMap();
    try {
      Files.setAttribute(map, "unix:uid", NOBODY);
    } catch (IOException e) {
      assumeTrue(false, "an ordinary user can give no file away");
    }
    assertThat(inCompiled().function()).isEmpty();
  }

  /** Whoever opens a pipe waits for its writer, unless he is careful. */
  @Test
  void aPipeInThePlaceOfAMapIsNotWaitedFor() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", map.toString()).start().waitFor()).isZero();
    assertThat(inCompiled().function()).isEmpty();
  }

  @Test
  void codeOfALibraryHasItsFunctionsName() {
    Vma machine =
        process.maps().stream()
            .filter(vma -> vma.executable() && vma.path().endsWith("/libjvm.so"))
            .findFirst()
            .orElseThrow();
    names.look();
    long named = 0;
    for (long vpn = machine.startVpn(); vpn < machine.endVpn(); vpn += 16) {
      named += names.at(Pages.address(vpn) + 100).function().isEmpty() ? 0 : 1;
    }
    assertThat(named).isGreaterThan(machine.pages() / 16 / 2);
  }

  @Test
  void whereNothingIsThereIsNoMapping() {
    names.look();
    assertThat(names.at(8)).isEqualTo(new CodePlace(8, "", null));
    assertThat(names.at(-8).mapping()).isNull();
  }
}
