package io.github.dirtyrange.conform;

import com.google.common.base.Splitter;
import io.github.dirtyrange.kernel.PageRange;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The text of a program: its layout, then a line for each operation, for instance
 *
 * <pre>
 *   layout small
 *   p0 mprotect start=0x1f0000 length=0x2000 protection=READ|WRITE
 * </pre>
 *
 * <p>Blank lines, and what follows a {@code #}, mean nothing. What is printed can be parsed.
 */
public final class ProgramText {

  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings().trimResults();

  /** The operations by the names of their records. */
  private static final Map<String, Class<?>> OPERATIONS =
      Arrays.stream(Operation.class.getPermittedSubclasses())
          .collect(Collectors.toMap(Operation::nameOf, Function.identity()));

  private ProgramText() {}

  /** {@return the program's text, its lines ended by line feeds} */
  public static String print(Program program) {
    StringBuilder text = new StringBuilder();
    text.append("layout ").append(program.layout().name());
    text.append(String.format("  # base 0x%x, arenas in pages", Layout.BASE));
    for (PageRange arena : program.layout().arenas()) {
      text.append(String.format(" [0x%x,0x%x)", arena.startVpn(), arena.endVpn()));
    }
    text.append('\n');
    program.operations().forEach(operation -> text.append(print(operation)).append('\n'));
    return text.toString();
  }

  /** {@return an operation's line} */
  public static String print(Operation operation) {
    StringBuilder line = new StringBuilder();
    line.append('p').append(operation.process()).append(' ');
    line.append(Operation.nameOf(operation.getClass()));
    RecordComponent[] components = operation.getClass().getRecordComponents();
    long[] values = RecordArguments.get(operation);
    for (int i = 1; i < components.length; i++) {
      String name = components[i].getName();
      line.append(' ').append(name).append('=').append(Vocabulary.of(name).toText(values[i]));
    }
    return line.toString();
  }

  /**
   * {@return the program that a text describes}
   *
   * @throws IllegalArgumentException if a line is not understood; the message names it
   */
  public static Program parse(String text) {
    Layout layout = Layout.SMALL;
    List<Operation> operations = new ArrayList<>();
    for (String line : text.lines().toList()) {
      int comment = line.indexOf('#');
      List<String> words = WORDS.splitToList(comment < 0 ? line : line.substring(0, comment));
      if (words.isEmpty()) {
        continue;
      }
      try {
        if (words.get(0).equals("layout")) {
          layout = Layout.of(words.get(1));
        } else {
          operations.add(parse(words));
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException("not a step of a program: \"" + line + "\"", e);
      }
    }
    return new Program(layout, operations);
  }

  private static Operation parse(List<String> words) {
    Class<?> type = OPERATIONS.get(words.get(1));
    if (type == null || !words.get(0).startsWith("p")) {
      throw new IllegalArgumentException(words.get(1));
    }
    Map<String, String> arguments = new HashMap<>();
    for (String word : words.subList(2, words.size())) {
      int equals = word.indexOf('=');
      arguments.put(word.substring(0, equals), word.substring(equals + 1));
    }
    RecordComponent[] components = type.getRecordComponents();
    long[] values = new long[components.length];
    values[0] = Long.parseLong(words.get(0).substring(1));
    for (int i = 1; i < components.length; i++) {
      String name = components[i].getName();
      values[i] = Vocabulary.of(name).toNumber(arguments.getOrDefault(name, "0"));
    }
    return RecordArguments.make(type, values);
  }
}
