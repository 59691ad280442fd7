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

class ShowCommandTest {

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
  void aLineForEachGeneration() {
    Program.Outcome outcome = Program.run("show " + made.directory());
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out().lines().map(line -> line.replaceAll(" {2,}", " | ")).toList())
        .containsExactly(
            "generation | after | made | stopped | exact | mapped | data | same | zero | parent"
                + " | nothing | swapped | file | unread | stored | index",
            "1 | - | 2023-11-14T22:13:22Z | yes | yes | 56 KiB | 5 | 0 | 2 | 0 | 2 | 1 | 4 | 0 | 20"
                + " KiB | 591 B",
            "2 | 1 | 2023-11-14T22:13:23Z | no | no | 48 KiB | 2 | 0 | 0 | 10 | 0 | 0 | 0 | 0 | 8"
                + " KiB | 512 B");
  }

  @Test
  void oneGenerationAlone() {
    assertThat(Program.run("show " + made.directory() + "@2").out().lines()).hasSize(2);
    Program.run("show " + made.directory() + "@9")
        .isAMistakeThatSays("has no generation 9; the oldest is 1, the newest 2");
  }

  @Test
  void mappingsAreShownWhenTheyAreAskedFor() {
    String out = Program.run("show --mappings " + made.directory()).out();
    assertThat(out.lines().map(line -> line.replaceAll(" {2,}", " | ")).toList())
        .contains(
            "generation 2",
            "400000-404000 /bin/x | r-xp | 16 KiB | 0 | 0 | 0 | 4 | 0 | 0 | 0 | 0",
            "1000000-1008000 [heap] | rw-p | 32 KiB | 2 | 0 | 0 | 6 | 0 | 0 | 0 | 0");
  }

  @Test
  void theJsonHasTheShapeThatIsDocumented() {
    JsonObject json = Program.run("show --json " + made.directory()).json();
    JsonObject second = json.getAsJsonArray("generations").get(1).getAsJsonObject();
    assertThat(second.keySet())
        .containsExactly(
            "number",
            "id",
            "parent",
            "parentId",
            "pid",
            "madeMillis",
            "stopped",
            "exact",
            "pageSize",
            "mappedBytes",
            "pages",
            "storedBytes",
            "indexBytes",
            "mappings");
    assertThat(second.get("parent").getAsLong()).isEqualTo(1);
    assertThat(second.get("mappedBytes").getAsLong()).isEqualTo(12 * SavedStore.PAGE);
    assertThat(second.getAsJsonObject("pages").keySet())
        .containsExactly(
            "data", "same", "zero", "parent", "nothing", "swapped", "file", "unread", "unsaid");
    assertThat(second.get("mappings").isJsonNull()).isTrue();
    JsonObject heap =
        Program.run("show --json --mappings " + made.directory())
            .json()
            .getAsJsonArray("generations")
            .get(1)
            .getAsJsonObject()
            .getAsJsonArray("mappings")
            .get(1)
            .getAsJsonObject();
    assertThat(heap.get("name").getAsString()).isEqualTo("[heap]");
    assertThat(heap.get("start").getAsString()).isEqualTo("0x1000000");
    assertThat(heap.getAsJsonObject("pages").get("data").getAsLong()).isEqualTo(2);
  }

  @Test
  void whatIsDamagedIsNamedAndTheRestShown() throws IOException {
    made.damage("generation-0000000001/index", 40);
    Program.Outcome outcome = Program.run("show " + made.directory());
    assertThat(outcome.status()).isEqualTo(ExitStatus.DATA_CUT);
    assertThat(outcome.out().lines()).hasSize(2);
    assertThat(outcome.out()).contains("missing");
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .startsWith("dirtyrange show: left out of ")
        .contains("generation 1 cannot be used: ");
    Program.run("show " + made.directory() + "@1")
        .isAMistakeThatSays("generation 1 cannot be used: ");
  }

  @Test
  void thePictureIsWritten() throws IOException {
    Path picture = folder.resolve("a.svg");
    assertThat(Program.run("show --picture " + picture + " " + made.directory()).status()).isZero();
    assertThat(Files.readString(picture)).startsWith("<svg ").contains("generation 2, from");
    Program.run("show --picture " + folder + " " + made.directory())
        .isAMistakeThatSays("it is a folder");
    assertThat(Program.run("show --picture /dev/full " + made.directory()).status())
        .isEqualTo(ExitStatus.OUTPUT_LOST);
  }

  @Test
  void whatIsNoStoreIsAMistake() {
    Program.run("show " + folder).isAMistakeThatSays("is neither a store of snapshots");
    Program.run("show " + folder + "/none@3")
        .isAMistakeThatSays("none: there is no such directory");
  }

  /** Of two meanings of a name, what is there is taken. */
  @Test
  void aDirectoryMayHaveSuchAName() throws IOException {
    Files.move(made.directory(), made.directory().resolveSibling("s@1"));
    try {
      String place = made.directory().resolveSibling("s@1").toString();
      assertThat(Program.run("show " + place).out().lines()).hasSize(3);
      assertThat(Program.run("show " + place + "@1").out().lines()).hasSize(2);
    } finally {
      Files.move(made.directory().resolveSibling("s@1"), made.directory());
    }
  }
}
