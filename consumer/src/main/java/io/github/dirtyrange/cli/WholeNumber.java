package io.github.dirtyrange.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * A number on the command line that is no size and no time: picocli would speak of Java's types.
 */
final class WholeNumber {

  private WholeNumber() {}

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
