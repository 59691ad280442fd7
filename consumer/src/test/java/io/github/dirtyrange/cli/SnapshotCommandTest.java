package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code snapshot} of a process of this machine. */
@Timeout(120)
@Tag("machine")
class SnapshotCommandTest {

  private static final int MAPPINGS = 300;

  private static final String WRITE_ALL = "w " + 10 * MAPPINGS + " 7";

  /** As a pattern: a child that is mounted onto is a file system of its own. */
  private static final String SMALL_DISK = "mount -t tmpfs -o size=%s none %s";

  @TempDir static Path folder;
  @TempDir Path here;
  private static Path many;

  private CTarget target;
  private long address;

  @BeforeAll
  static void compile() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    OnLinux.need(Capability.READ_MEMORY);
    many = CTarget.compile("many", folder);
  }

  @BeforeEach
  void start() throws Exception {
    target = CTarget.start(many, MAPPINGS);
    address = target.longNumber();
  }

  @AfterEach
  void end() {
    target.close();
  }

  private Program.Outcome snapshot(Path directory, String options) {
    return Program.run("snapshot " + target.pid() + " " + directory + " " + options.strip());
  }

  private void assertUnharmed() throws Exception {
    Path smaps = Path.of("/proc", Integer.toString(target.pid()), "smaps");
    assertThat(Files.readAllLines(smaps))
        .noneMatch(line -> line.startsWith("VmFlags:") && line.contains(" uw"));
    assertThat(Files.readString(smaps.resolveSibling("status")))
        .contains("TracerPid:\t0")
        .doesNotContain("State:\tT")
        .doesNotContain("State:\tt");
    assertThat(target.ask("c")).isEqualTo("right");
    assertThat(target.finish()).isZero();
  }

  /** What the target's mappings hold, read apart from what is tested. */
  private long heldAt(long vpn) throws Exception {
    Path memory = Path.of("/proc", Integer.toString(target.pid()), "mem");
    try (FileChannel channel = FileChannel.open(memory)) {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      channel.read(bytes, Pages.address(vpn));
      return bytes.getLong(0);
    }
  }

  @Test
  void theLastGenerationIsStoppedAndHasAll() throws Exception {
    target.ask(WRITE_ALL);
    Path directory = here.resolve("saved");
    Program.Outcome outcome = snapshot(directory, "--generations 3 --interval 10ms");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines()).allSatisfy(line -> assertThat(line).hasSizeBetween(1, 80));
    assertThat(outcome.out())
        .contains("generation 1: running, as far as queue sees\n")
        .contains("generation 2 on 1: running")
        .containsPattern("generation 3 on 2: stopped for .*, exact\n");
    try (SnapshotStore store = SnapshotStore.open(directory)) {
      assertThat(store.generations()).hasSize(3);
      Generation last = store.generations().get(2);
      assertThat(last.header().stopped()).isTrue();
      assertThat(last.header().pid()).isEqualTo(target.pid());
      assertThat(last.header().startTicks()).isPositive();
      ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.nativeOrder());
      last.read(Pages.vpn(address), page);
      assertThat(page.getLong(0)).isEqualTo(heldAt(Pages.vpn(address))).isNotZero();
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertUnharmed();
  }

  @Test
  void anotherRunFindsWhatIsThere() throws Exception {
    Path directory = here.resolve("saved");
    target.ask(WRITE_ALL);
    snapshot(directory, "--generations 1");
    Program.Outcome outcome = snapshot(directory, "--generations 1 --json");
    assertThat(outcome.status()).isZero();
    List<JsonObject> lines =
        outcome.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(lines.get(0).get("generationsBefore").getAsInt()).isEqualTo(1);
    JsonObject pages = lines.get(1).getAsJsonObject("pages");
    assertThat(lines.get(1).has("parent")).isFalse();
    assertThat(pages.get("same").getAsLong()).isGreaterThanOrEqualTo(MAPPINGS);
    assertThat(pages.get("stored").getAsLong()).isLessThan(MAPPINGS);
    assertUnharmed();
  }

  @Test
  void whatHasEndedLeavesWholeGenerations() throws Exception {
    Path directory = here.resolve("saved");
    Process program =
        Program.start(
            List.of(), "snapshot " + target.pid() + " " + directory + " --generations 0 --json");
    BufferedReader out = program.inputReader(UTF_8);
    assertThat(out.readLine()).contains("\"begun\"");
    assertThat(out.readLine()).contains("\"generation\"");
    target.finish();
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(4);
    assertThat(out.lines().toList()).last().asString().contains("\"ended\"");
    assertThat(StoreVerifier.verify(directory)).isEmpty();
  }

  @Test
  void anInterruptLeavesWholeGenerations() throws Exception {
    Path directory = here.resolve("saved");
    Process program =
        Program.start(List.of(), "snapshot " + target.pid() + " " + directory + " --generations 0");
    BufferedReader out = program.inputReader(UTF_8);
    while (!out.readLine().startsWith("generation 1")) {
      assertThat(program.isAlive()).isTrue();
    }
    program.destroy();
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(143);
    assertThat(StoreVerifier.verify(directory)).isEmpty();
    assertUnharmed();
  }

  @Test
  void aFullDiskLosesNothingThatIsThere() throws Exception {
    Path disk = Files.createDirectory(here.resolve("disk"));
    assumeTrue(isDone(SMALL_DISK.formatted("200k", disk)), "only root can mount a small disk");
    try {
      Path directory = disk.resolve("saved");
      Program.Outcome first = snapshot(directory, "--generations 1");
      assertThat(first.status()).as(first.err()).isZero();
      target.ask(WRITE_ALL);
      Program.Outcome second = snapshot(directory, "--generations 1");
      assertThat(second.status()).isEqualTo(74);
      assertThat(second.err().lines()).singleElement().asString().contains("disk has room");
      try (SnapshotStore store = SnapshotStore.open(directory)) {
        assertThat(store.generations()).hasSize(1);
      }
      assertThat(StoreVerifier.verify(directory)).isEmpty();
      assertUnharmed();
    } finally {
      assertThat(isDone("umount -l " + disk)).isTrue();
    }
  }

  private static boolean isDone(String command) throws Exception {
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  @Test
  void aDirectoryThatOthersMayWriteIsRefused() throws Exception {
    Path directory = Files.createDirectory(here.resolve("open"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    snapshot(directory, "").isAMistakeThatSays("others");
    assertUnharmed();
  }

  @Test
  void aDirectoryOfSomethingElseIsRefused() throws Exception {
    Path directory = Files.createDirectory(here.resolve("mine"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(directory.resolve("letter"), "dear");
    assertThat(snapshot(directory, "").status()).isEqualTo(2);
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all).hasSize(1);
    }
    assertUnharmed();
  }

  @Test
  void ofAMistakenNumberNoDirectoryIsMade() {
    Path directory = here.resolve("saved");
    Program.Outcome outcome = Program.run("snapshot 4194303 " + directory);
    assertThat(outcome.status()).isEqualTo(4);
    assertThat(outcome.err()).hasLineCount(1);
    assertThat(directory).doesNotExist();
  }

  @Test
  void aDirectoryInNoDirectoryIsAMistake() {
    snapshot(here.resolve("none/saved"), "").isAMistakeThatSays("there is no directory " + here);
    assertThat(here.resolve("none")).doesNotExist();
  }

  @Test
  void generationsAreCounted() {
    snapshot(here, "--generations -1").isAMistakeThatSays("--generations -1");
  }
}
