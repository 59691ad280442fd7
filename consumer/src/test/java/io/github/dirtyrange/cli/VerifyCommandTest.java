package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

  private MadeStore made;
  @TempDir private Path folder;

  @BeforeEach
  void make() throws IOException {
    made = SavedStore.make();
  }

  @AfterEach
  void close() throws IOException {
    made.close();
  }

  @Test
  void aWholeStoreIsStatus0() {
    Program.Outcome outcome = Program.run("verify " + made.directory());
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("whole: 2 generations, 7 stored pages (28 KiB)\n");
  }

  @Test
  void whatIsBrokenIsNamedAndStatus1() throws IOException {
    made.damage("generation-0000000001/pages", SavedStore.PAGE + 17);
    Program.Outcome outcome = Program.run("verify " + made.directory());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .isEqualTo(
            """
            generation 1, [heap]: page 0x1001 is damaged: its checksum is wrong
            1 fault; 2 generations, 7 stored pages (28 KiB)
            """);
    JsonObject json = Program.run("verify --json " + made.directory()).json();
    assertThat(json.keySet())
        .containsExactly("whole", "generations", "storedPages", "storedBytes", "faults");
    assertThat(json.get("whole").getAsBoolean()).isFalse();
    JsonObject fault = json.getAsJsonArray("faults").get(0).getAsJsonObject();
    assertThat(fault.keySet())
        .containsExactly("kind", "generation", "id", "mapping", "page", "sentence");
    assertThat(fault.get("kind").getAsString()).isEqualTo("checksum");
    assertThat(fault.get("page").getAsString()).isEqualTo("0x1001");
    assertThat(fault.get("generation").getAsInt()).isEqualTo(1);
  }

  /** A store without its marker is one that is broken. */
  @Test
  void aStoreThatCannotBeOpenedIsStatus1() throws IOException {
    Files.delete(made.directory().resolve("store"));
    Program.Outcome outcome = Program.run("verify " + made.directory());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("is no store").endsWith("0 stored pages (0 B)\n");
    assertThat(Program.run("verify --json " + made.directory()).status()).isEqualTo(1);
  }

  @Test
  void whatIsNoStoreIsAMistake() throws IOException {
    Program.run("verify " + folder)
        .isAMistakeThatSays("is neither a store of snapshots, nor an image directory");
    Program.run("verify " + folder + "/none")
        .isAMistakeThatSays("none: there is no such directory");
    Path file = Files.writeString(folder.resolve("file"), "x");
    Program.run("verify " + file)
        .isAMistakeThatSays("is neither a store of snapshots, nor an image directory");
    Program.run("verify " + made.directory() + "@1")
        .isAMistakeThatSays("this is about all generations; name ");
    Program.run("verify").isAMistakeThatSays("DIR");
  }

  @Test
  void helpHasTheExitStatuses() {
    for (String command : new String[] {"verify", "show", "diff", "search", "extract"}) {
      assertThat(Program.run(command + " --help").out())
          .contains("Exit status:", " 0 ", " 2 ", " 70 ", " 74 ");
    }
  }
}
