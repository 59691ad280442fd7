package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRange;
import java.lang.reflect.RecordComponent;

/**
 * The text of a program: its layout, then a line for each operation, for instance
 *
 * <pre>
 *   layout small
 *   p0 mprotect start=0x1f0000 length=0x2000 protection=READ|WRITE
 * </pre>
 *
 * <p>Blank lines, and what follows a {@code #}, mean nothing. What is printed, {@link
 * ProgramParser} understands.
 */
public final class ProgramText {

  private ProgramText() {}

  /**
   * {@return the program's text, its lines ended by line feeds; steps that are skipped left out}
   */
  public static String print(Program program) {
    StringBuilder text = new StringBuilder();
    text.append("layout ").append(program.layout().name());
    text.append(String.format("  # base 0x%x, arenas in pages", Layout.BASE));
    for (PageRange arena : program.layout().arenas()) {
      text.append(String.format(" [0x%x,0x%x)", arena.startVpn(), arena.endVpn()));
    }
    text.append('\n');
    program
        .withoutSkipped()
        .operations()
        .forEach(operation -> text.append(print(operation)).append('\n'));
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
}
