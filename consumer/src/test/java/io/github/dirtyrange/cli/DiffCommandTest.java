package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiffCommandTest {

  private MadeStore made;

  @BeforeEach
  void make() throws IOException {
    made = SavedStore.make();
  }

  @AfterEach
  void close() throws IOException {
    made.close();
  }

  private static List<String> lines(Program.Outcome outcome) {
    return outcome.out().lines().map(line -> line.replaceAll(" {2,}", " | ")).toList();
  }

  @Test
  void theSameIsStatus0() {
    Program.Outcome outcome =
        Program.run("diff " + made.directory() + "@2 " + made.directory() + "@2");
    assertThat(outcome.status()).isZero();
    assertThat(lines(outcome)).contains("all pages | 0 | 0 | 0 | 0 | 12");
  }

  @Test
  void differencesAreCountedByMapping() {
    Program.Outcome outcome = Program.run("diff " + made.directory() + "@1 " + made.directory());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).isEmpty();
    assertThat(lines(outcome))
        .containsExactly(
            "A: generation 1 of " + made.directory(),
            "B: generation 2 of " + made.directory(),
            "",
            "mapping | changed | added | gone | not known | same",
            "1000000-1008000 [heap] | 1 | 1 | 0 | 0 | 6",
            "2000000-2002000 [stack] (A alone) | 0 | 0 | 2 | 0 | 0",
            "all pages | 1 | 1 | 2 | 0 | 10",
            "1 mapping without a difference not shown");
  }

  @Test
  void bytesAreShownWhenTheyAreAskedFor() {
    String both = " " + made.directory() + "@1 " + made.directory() + "@2";
    assertThat(lines(Program.run("diff --bytes" + both)))
        .contains(
            "0x1001015 2 bytes: 6265 in A, 646f in B ([heap])",
            "0x1001018 2 bytes: 7461 in A, 6121 in B ([heap])");
    JsonObject json = Program.run("diff --bytes --json" + both).json();
    assertThat(json.keySet())
        .containsExactly("same", "pageSize", "pages", "mappings", "runs", "moreRuns");
    JsonObject run = json.getAsJsonArray("runs").get(0).getAsJsonObject();
    assertThat(run.keySet()).containsExactly("address", "length", "mapping", "first", "second");
    assertThat(run.get("second").getAsString()).isEqualTo("646f");
    assertThat(json.getAsJsonObject("pages").keySet())
        .containsExactly("same", "changed", "added", "gone", "unknown");
    assertThat(json.getAsJsonArray("mappings").get(2).getAsJsonObject().get("side").getAsString())
        .isEqualTo("first");
    assertThat(Program.run("diff --json" + both).json().get("runs").isJsonNull()).isTrue();
  }

  @Test
  void moreRunsThanAskedForAreCounted() throws IOException {
    try (MadeStore other = MadeStore.empty()) {
      for (int step : new int[] {1, 2}) {
        ByteBuffer page = ByteBuffer.allocate(64);
        for (int i = 0; i < 64; i += 2) {
          page.put(i, (byte) step);
        }
        other.add(
            64,
            Optional.empty(),
            writer -> {
              writer.mapping(MadeStore.anonymous(1, 2, ""));
              writer.data(1, page);
            });
      }
      String command = "diff --bytes --most 3 " + other.directory() + "@1 " + other.directory();
      Program.Outcome outcome = Program.run(command);
      assertThat(outcome.out().lines().filter(line -> line.startsWith("0x"))).hasSize(3);
      assertThat(outcome.out()).contains("29 more runs of bytes, beyond --most 3\n");
      assertThat(Program.run(command + " --json").json().get("moreRuns").getAsInt()).isEqualTo(29);
    }
  }

  /** What is not known is not said to be the same: swapped, and of a file. */
  @Test
  void otherDirectoriesAreComparedByTheirBytes() throws IOException {
    try (MadeStore other = SavedStore.make()) {
      Program.Outcome outcome = Program.run("diff " + made.directory() + " " + other.directory());
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(lines(outcome)).contains("all pages | 0 | 0 | 0 | 5 | 7");
    }
  }

  @Test
  void twoNamesOfOneDirectoryAreOne() {
    Program.Outcome outcome =
        Program.run("diff " + made.directory() + " " + made.directory() + "/../s");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void whatCannotBeComparedIsStatus2() throws IOException {
    String place = made.directory().toString();
    Program.run("diff " + place + "@1 " + place + "@7").isAMistakeThatSays("has no generation 7");
    Program.run("diff " + place).isAMistakeThatSays("B");
    Program.run("diff --most 0 " + place + " " + place).isAMistakeThatSays("--most 0");
    try (MadeStore small = MadeStore.small()) {
      Program.run("diff " + place + " " + small.directory())
          .isAMistakeThatSays("pages of 4096 bytes and of 64 bytes cannot be compared");
    }
    made.damage("generation-0000000002/pages", 17);
    Program.Outcome outcome = Program.run("diff " + place + "@1 " + place + "@2");
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .contains("generation 2, [heap]: page 0x1001 is damaged");
  }
}
