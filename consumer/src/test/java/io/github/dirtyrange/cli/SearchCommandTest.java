package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SearchCommandTest {

  private MadeStore made;

  @BeforeEach
  void make() throws IOException {
    made = SavedStore.make();
  }

  @AfterEach
  void close() throws IOException {
    made.close();
  }

  private Program.Outcome search(String options) {
    return Program.run("search " + made.directory() + " " + options);
  }

  @Test
  void theFirstGenerationThatHasItIsNamed() {
    Program.Outcome outcome = search("--regex name=[a-z]+");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .isEqualTo(
            """
            generation 1: 0x1000010 in [heap] at 0x10: "name=anna"
            generation 1: 0x1001010 in [heap] at 0x1010: "name=berta"
            generation 1: 0x1002010 in [heap] at 0x2010: "name=carla"
            generation 2: 0x1001010 in [heap] at 0x1010: "name=dora"
            generation 2: 0x1005010 in [heap] at 0x5010: "name=emma"
            5 matches in 2 generations; 5 pages without bytes could not be searched
            """);
  }

  @Test
  void textAndBytesAreFound() {
    assertThat(search("--text deeper").out())
        .startsWith("generation 1: 0x2001010 in [stack] at 0x1010: \"deeper\"\n")
        .endsWith("1 match in 2 generations; 5 pages without bytes could not be searched\n");
    assertThat(search("--hex 64:6f:72:61:21:00").out())
        .startsWith("generation 2: 0x1001015 in [heap] at 0x1015: \"dora!.\"\n");
  }

  @Test
  void oneGenerationAlone() {
    assertThat(search("--text dora --generation 1").status()).isEqualTo(1);
    assertThat(search("--text dora --generation 2").status()).isZero();
    assertThat(Program.run("search " + made.directory() + "@2 --text anna").out())
        .startsWith("generation 2: ")
        .endsWith("1 match in 1 generation; 5 pages without bytes could not be searched\n");
    Program.run("search " + made.directory() + "@2 --generation 2 --text anna")
        .isAMistakeThatSays("the generation is named twice, by @2 and by --generation");
    search("--text x --generation 4").isAMistakeThatSays("has no generation 4");
  }

  @Test
  void nothingFoundIsStatus1() {
    Program.Outcome outcome = search("--text zeta");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).startsWith("nothing in 2 generations; 5 pages without bytes");
  }

  @Test
  void moreThanAskedForIsSaid() {
    Program.Outcome outcome = search("--text name= --most 2");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("2 matches in 1 generation; ");
    assertThat(outcome.err())
        .isEqualTo("dirtyrange search: stopped there: there are more than --most 2\n");
    assertThat(search("--text name= --most 5").err()).isEmpty();
  }

  @Test
  void theJsonHasTheShapeThatIsDocumented() {
    JsonObject json = search("--text emma --json").json();
    assertThat(json.keySet()).containsExactly("matches", "generations", "unknownPages", "cut");
    JsonObject match = json.getAsJsonArray("matches").get(0).getAsJsonObject();
    assertThat(match.keySet())
        .containsExactly("generation", "address", "mapping", "offset", "length", "hex");
    assertThat(match.get("hex").getAsString()).isEqualTo("656d6d61");
    assertThat(match.get("offset").getAsLong()).isEqualTo(0x5015);
    assertThat(json.getAsJsonArray("generations")).hasSize(2);
  }

  @Test
  void whatCannotBeSearchedForIsAMistake() {
    search("--hex 0").isAMistakeThatSays("--hex: '0' is not bytes; write two hexadecimal digits");
    search("--hex 0g").isAMistakeThatSays("is not bytes");
    search("--regex (").isAMistakeThatSays("--regex: Unclosed group");
    search("--most 0 --text x").isAMistakeThatSays("--most 0 leaves nothing to show");
    search("--text a --hex 00").isAMistakeThatSays("mutually exclusive");
    search("").isAMistakeThatSays("--text");
  }

  @Test
  void whatCannotBeReadIsStatus2AndTheRestIsSearched() throws IOException {
    made.damage("generation-0000000002/pages", 17);
    Program.Outcome outcome = search("--text name=");
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.out()).contains("name=").contains("3 matches");
    assertThat(outcome.err()).contains("page 0x1001 is damaged");
    made.damage("generation-0000000001/index", 17);
    assertThat(search("--text name=").err()).contains("left out of ");
  }

  @Test
  void aRegexThatIsTooDeepIsSaid() {
    assertThat(search("--regex (\\x00|\\x01)*x").err()).doesNotContain("\tat ");
  }
}
