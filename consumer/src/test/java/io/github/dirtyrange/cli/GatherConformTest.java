package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gather} of a report of conform that is damaged: it never counts as right. */
class GatherConformTest {

  private static final String REPORT =
      """
      {"kernel":"6.18","profile":"7.3","seed":7,"programs":5,"steps":50,"pageComparisons":9,
      "scanComparisons":1,"mismatches":0,"freeBitsUsed":0,"freedoms":{},
      "opCounts":{"mmap":{"ok":5}},"userfaultMessages":{},"belowFloor":[],"counterexample":null,
      "mixedSuccesses":{"mmap":1},
      "plan":{"programs":5,"steps":10,"operations":["mmap"],"shard":{"number":1,"of":1}}}
      """;

  @TempDir private Path folder;

  @Test
  void aWholeOneIsRight() throws IOException {
    assertThat(gathered(REPORT).status()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mmap\":{\"ok\":5}} | {\"mmap\":null} | lacks \"opCounts\"",
        "{\"mmap\":{\"ok\":5}} | {\"mmap\":{\"ok\":null}} | lacks \"opCounts\"",
        "{\"mmap\":1} | {\"mmap\":null} | lacks \"mixedSuccesses\"",
        "\"userfaultMessages\":{} | \"userfaultMessages\":{\"x\":null} | lacks \"userfaultMessages\"",
        "[\"mmap\"] | [null] | lacks \"operations\"",
        "\"mismatches\":0, | '' | lacks \"mismatches\"",
        "\"mismatches\":0 | \"mismatches\":-1 | says that \"mismatches\" is -1",
        "\"mismatches\":0 | \"mismatches\":3,\"mismatches\":0 | has \"mismatches\" twice",
        "\"mismatches\":0 | \"mismatches\":\"0\" | has a text at $.mismatches; it must be a number",
        "\"pageComparisons\":9 | \"pageComparisons\":9223372036854775807 | says that",
        "\"seed\":7, | '' | lacks \"seed\"",
        "\"seed\":7 | \"seed\":7,\"drains\":-1 | says that \"drains\" is -1",
        "\"of\":1 | \"off\":1 | lacks \"of\""
      })
  void whatIsLackingIsOneLine(String said, String instead, String why) throws IOException {
    assertThat(REPORT).contains(said);
    gathered(REPORT.replace(said, instead)).isAMistakeThatSays(why);
  }

  /** A file is from somewhere else, and its words must not steer who reads them. */
  @Test
  void whatAFileSaysIsShownAsItIsWritten() throws IOException {
    String report =
        REPORT
            .replace("{\"mmap\":{\"ok\":5}}", "{\"mm\\u001b[1map\":{\"o\\u001b[2mk\":5}}")
            .replace("\"mismatches\":0", "\"mismatches\":1")
            .replace(
                "\"counterexample\":null",
                "\"counterexample\":{\"index\":1,\"program\":\"layout small\\np0 munmap start=0x1f0000 length=0x1000\",\"step\":0,"
                    + "\"where\":\"a\\u001b[3m\",\"real\":\"b\\nc\",\"simulated\":\"\\u009b4m\"}");
    Program.Outcome outcome = gathered(report);
    assertThat(outcome.status()).isEqualTo(ExitStatus.WRONG_ANSWER);
    assertThat(outcome.out())
        .contains("mm?[1map ", "o?[2mk 5")
        .contains("# after step 1, a?[3m: real b?c, simulated ?4m\n")
        .doesNotContainPattern("[\\p{C}&&[^\n]]");
  }

  private Program.Outcome gathered(String text) throws IOException {
    return Program.run("gather " + Files.writeString(folder.resolve("a.json"), text));
  }
}
