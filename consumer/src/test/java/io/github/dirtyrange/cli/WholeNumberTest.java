package io.github.dirtyrange.cli;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers on the command line, by one rule: those that count what is done have an upper bound. */
class WholeNumberTest {

  private static final String COMPARE = "compare --kernel sim --mapped 1MiB --dirty 10 ";
  private static final String SURVEY = "survey --kernel sim --mapped 1MiB --dirty 10 ";

  @ParameterizedTest
  @Timeout(20)
  @CsvSource({
    COMPARE + "--rounds, 2147483647, 1000000",
    COMPARE + "--rounds, 1000001, 1000000",
    COMPARE + "--warmup, 2147483647, 1000000",
    "compare --pid 1 --rounds, 2147483647, 1000000",
    SURVEY + "--rounds, 2147483647, 1000000",
    SURVEY + "--warmup, 2147483647, 1000000",
    "calibrate --kernel sim --mapped 8MiB --repetitions, 2147483647, 1000000",
    "laws --queue percpu --shard 999999999/999999999 --programs, 2147483647, 1000000000",
    "conform --programs, 9223372036854775807, 1000000000",
    "conform --steps, 2147483647, 1000000"
  })
  void aNumberOfWhatIsDoneHasAnUpperBound(String command, String number, String most) {
    String option = command.substring(command.lastIndexOf("--"));
    Program.run(command + " " + number)
        .isAMistakeThatSays(option + " " + number + " is too much; give at most " + most);
  }
}
