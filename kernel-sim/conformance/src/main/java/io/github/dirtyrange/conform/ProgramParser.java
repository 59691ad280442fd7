package io.github.dirtyrange.conform;

import com.google.common.base.Splitter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Understands the text of a program as {@link ProgramText} prints it, and refuses what would be run
 * and compare nothing. An argument that is left out is 0.
 */
public final class ProgramParser {

  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings().trimResults();
  private static final String LAYOUT = "layout";

  /** The operations by the names of their records. */
  private static final Map<String, Class<?>> OPERATIONS =
      Arrays.stream(Operation.class.getPermittedSubclasses())
          .collect(Collectors.toMap(Operation::nameOf, Function.identity()));

  private final ProcessTree processes = new ProcessTree();
  private final List<Operation> operations = new ArrayList<>();
  private @Nullable Layout layout;

  private ProgramParser() {}

  /**
   * {@return the program that a text describes}
   *
   * @throws IllegalArgumentException if a line is not understood or cannot be compared, or if there
   *     is no operation; the message is one line and names that of the text
   */
  public static Program parse(String text) {
    ProgramParser parser = new ProgramParser();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        parser.line(lines.get(i));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            String.format(
                "line %d is no step of a program: \"%s\": %s", i + 1, lines.get(i), e.getMessage()),
            e);
      }
    }
    return parser.program();
  }

  private Program program() {
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("there is no operation in it: nothing would be compared");
    }
    return new Program(layout == null ? Layout.SMALL : layout, operations);
  }

  private void line(String line) {
    int comment = line.indexOf('#');
    List<String> words = WORDS.splitToList(comment < 0 ? line : line.substring(0, comment));
    if (words.isEmpty()) {
      return;
    }
    if (words.get(0).equals(LAYOUT)) {
      setLayout(words);
      return;
    }
    Operation operation = operation(words);
    ReplayRules.refusal(operation, processes)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    processes.note(operation);
    operations.add(operation);
  }

  private void setLayout(List<String> words) {
    check(words.size() == 2, "a layout has one name: small or huge");
    Layout named = Layout.of(words.get(1));
    check(layout == null && operations.isEmpty(), "the layout comes once, before all operations");
    layout = named;
  }

  private static Operation operation(List<String> words) {
    check(words.size() > 1, "a process and an operation are needed, as in p0 munmap");
    check(words.get(0).matches("p\\d"), "'" + words.get(0) + "' is no process; p0 is the first");
    Class<?> type = OPERATIONS.get(words.get(1));
    if (type == null) {
      throw new IllegalArgumentException("'" + words.get(1) + "' is not an operation");
    }
    Map<String, String> arguments = new HashMap<>();
    for (String word : words.subList(2, words.size())) {
      int equals = word.indexOf('=');
      check(equals > 0, "'" + word + "' is no argument, which is written name=value");
      String name = word.substring(0, equals);
      check(arguments.put(name, word.substring(equals + 1)) == null, name + " is given twice");
    }
    return operation(type, words, arguments);
  }

  private static Operation operation(
      Class<?> type, List<String> words, Map<String, String> arguments) {
    RecordComponent[] components = type.getRecordComponents();
    long[] values = new long[components.length];
    values[0] = (long) words.get(0).charAt(1) - '0';
    StringJoiner names = new StringJoiner(", ");
    for (int i = 1; i < components.length; i++) {
      String name = components[i].getName();
      names.add(name);
      String text = arguments.remove(name);
      values[i] = text == null ? 0 : number(name, text, components[i].getType() == int.class);
    }
    for (String unknown : arguments.keySet()) {
      String known = names.length() == 0 ? "none" : names.toString();
      throw new IllegalArgumentException(
          words.get(1) + " has no argument '" + unknown + "'; it has " + known);
    }
    return RecordArguments.make(type, values);
  }

  private static long number(String name, String text, boolean small) {
    try {
      long number = Vocabulary.of(name).toNumber(text);
      check(!small || number == (int) number, name + "=" + text + " is out of range");
      return number;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + "=" + text + " is neither a number nor a name");
    }
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
