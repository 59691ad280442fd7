package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "compare --mapped 8XB | '8XB' is not a size; write bytes, or as in 8GiB, 8G (the same), 8GB",
        "compare --mapped 5TiB | --mapped 5 TiB is too much; give at most 4TiB",
        "compare --kernel sim --mapped 17TiB | --mapped 17 TiB is too much; give at most 16TiB",
        "compare --kernel sim --mapped 16TiB --dirty 100% | --dirty 4294967296 is too much; give",
        "compare --dirty many | 'many' is not an amount; write pages, as in 1000, or a share",
        "compare --kernel sim --mapped 1MiB --dirty 257 | --dirty 257 is more than the 256 pages",
        "compare --strategy pagemap,magic | 'magic' is not a strategy; there are pagemap, ",
        "compare --pattern zigzag | --pattern",
        "compare --kernel bsd | --kernel",
        "compare --rounds 0 | --rounds 0 leaves nothing to measure",
        "compare --rounds x | --rounds",
        "compare --warmup -1 | --warmup -1 is negative",
        "compare --seed x | --seed",
        "compare --ring 1KiB | --ring 1024 is less than a page; give at least 4KiB",
        "compare --json --csv | mutually exclusive",
        "compare --kernel sim --strategy pagemap --queue ring | --queue is about the strategy queue,"
            + " which --strategy leaves out; add it there, or leave out --queue",
        "compare --strategy pagemap,perfect --ring 1MiB | no strategy of --strategy has one",
        "compare --pid 1 --costs x | --costs is for a workload of our own; leave it out, or --pid",
        "explore --json --csv | Unknown option: '--csv'",
        "explore --pattern foo | Unknown option",
        "compare --unknown | --unknown",
        "explore --queue list | 'list' is not a queue design; there are ",
        "explore --quirk no-locks | 'no-locks' is not a quirk of the protocol; there are no-flush,"
            + " ",
        "explore --cpus 5 | --cpus 5 is not between 1 and 4",
        "explore --max-states 0 | --max-states 0 leaves nothing to explore",
        "explore --profile 6.1 | --profile 6.1: no quirk of the explored steps belongs to this"
            + " release",
        "explore --profile 6.8 | --profile 6.8: arm-loses-hardware-dirty shows only with"
            + " --openings 1 or more",
        "explore --quirk merge-out-of-order | merge-out-of-order shows only with --moves 1 or more",
        "explore --openings 4 | --openings 4 is not between 0 and 3",
        "compare --profile 6.8 | --profile chooses a kernel to simulate; add --kernel sim",
        "compare --kernel sim --profile 5.15 | there is no Linux '5.15' to simulate; give one from",
        "quirks 7.4 | there is no Linux '7.4' to simulate; give one from 6.1 to 6.19 or 7.0 to 7.3",
        "quirks next | 'next' is not a release of Linux; write it as 6.8 or 6.12.95",
        "unknown | 'unknown' is no command; there are calibrate, compare, conform, diff, doctor, explore,"
            + " extract, gather,",
        "--unknown | --unknown",
        "explore --writes 2 --quirk wait-under-lock | wait-under-lock shows only where the queue"
            + " refuses a record, and percpu refused none; try --queue ring",
      })
  void aMistakeIsOneLineAndStatusTwo(String arguments, String said) {
    Program.run(arguments).isAMistakeThatSays(said);
  }

  @Test
  void helpNamesEveryOptionAndEveryExitStatus() {
    Program.Outcome outcome = Program.run("compare --help");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains("--kernel", "--mapped", "--dirty", "--pattern", "--rounds", "--warmup")
        .contains("--busy", "--strategy", "--seed", "--ring", "--json", "--csv")
        .contains("Exit status:", " 0 ", " 1 ", " 2 ", " 3 ", " 4 ", " 70 ", " 130 ");
  }

  @Test
  void helpOfTheProgramNamesItsCommandsAndHidesTheRehearsal() {
    Program.Outcome outcome = Program.run("--help");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("compare").doesNotContain("rehearse");
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    Program.Outcome outcome = Program.run("");
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains("dirtyrange --help");
  }

  @Test
  void versionNamesTheProgramAndTheJava() {
    Program.Outcome outcome = Program.run("--version");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("dirtyrange ", "Java ");
  }
}
