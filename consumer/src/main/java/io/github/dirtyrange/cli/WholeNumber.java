package io.github.dirtyrange.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * A number on the command line that is no size and no time: picocli would speak of Java's types.
 */
final class WholeNumber {

  /** Rounds, repetitions or steps: sums of a few of them, and times all strategies, fit. */
  static final int MOST_ROUNDS = 1_000_000;

  /** Programs: with the number of shards added, they fit. */
  static final int MOST_PROGRAMS = 1_000_000_000;

  private WholeNumber() {}

  /** Throws {@link UsageMistake} where an option's number is beyond the most that it may be. */
  static void requireAtMost(int most, String option, long number) {
    if (number > most) {
      throw new UsageMistake(option + " " + number + " is too much; give at most " + most);
    }
  }

  /** Lets a command and all below it read whole numbers. */
  static void register(CommandLine command) {
    command.registerConverter(int.class, WholeNumber::toInt);
    command.registerConverter(Integer.class, WholeNumber::toInt);
    command.registerConverter(long.class, WholeNumber::toLong);
    command.registerConverter(Long.class, WholeNumber::toLong);
  }

  private static int toInt(String text) {
    return parse(text, Integer::valueOf, Integer.MAX_VALUE);
  }

  private static long toLong(String text) {
    return parse(text, Long::valueOf, Long.MAX_VALUE);
  }

  private static <T> T parse(String text, Function<String, T> type, long most) {
    try {
      return type.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          text.matches("[-+]?[0-9]+")
              ? text + " is too far from 0; give at most " + most
              : "'" + text + "' is not a whole number");
    }
  }
}
