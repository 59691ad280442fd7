package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Whether a stopped thread still runs the program that the command is about. One that has executed
 * another meanwhile stands in that, with other addresses: its registers are not to be touched.
 * While it stands it cannot execute one, and if another thread does so this one ends.
 *
 * <p>A program is known by its auxiliary vector, as by {@link
 * io.github.dirtyrange.linux.mm.MemoryIdentity}, and where addresses are not randomised, by the
 * bytes that execve(2) drew for it ({@link io.github.dirtyrange.linux.mm.ProgramSeed}).
 */
final class ProgramCode {

  private static final int READ = 0;
  private static final int CLOSE = 3;
  private static final int OPENAT = 257;
  private static final int AT_FDCWD = -100;
  private static final int PTRACE_PEEKDATA = 2;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final Constant vector;
  private final Variable file;
  private final Variable bytes;
  private final Variable compared;

  /** Whether it does. */
  final Variable isSame;

  ProgramCode(HelperProgram helper, TracingCode tracing) {
    this.helper = helper;
    this.tracing = tracing;
    code = helper.code;
    vector = code.memory(Command.MOST_PROGRAM_BYTES);
    file = code.variable();
    bytes = code.variable();
    compared = code.variable();
    isSame = code.variable();
  }

  void functions() {
    code.function("compareProgram", this::compare);
    code.function("compareSeed", this::compareSeed);
  }

  private void compare() {
    code.set(isSame, constant(0));
    code.set(
        file,
        systemCall(
            OPENAT,
            constant(AT_FDCWD),
            helper.command.plus(Command.PATH),
            constant(0),
            constant(0)));
    code.when(file.isLessThan(0), code::leave);
    code.set(bytes, systemCall(READ, file, vector, constant(Command.MOST_PROGRAM_BYTES)));
    code.run(systemCall(CLOSE, file));
    code.when(bytes.isNot(helper.told(Command.PROGRAM_BYTES)), code::leave);
    code.set(compared, constant(0));
    code.loopWhile(
        compared.isLessThan(bytes),
        () -> {
          code.when(
              at(vector.plus(compared))
                  .isNot(at(helper.command.plus(Command.PROGRAM).plus(compared))),
              code::leave);
          code.set(compared, compared.plus(Long.BYTES));
        });
    code.set(compared, constant(1));
    code.when(helper.told(Command.SEED_AT).isNot(0), () -> code.call("compareSeed"));
    code.set(isSame, compared);
  }

  /** What cannot be read is another program's as well. */
  private void compareSeed() {
    for (int word = 0; word < 2 * Long.BYTES; word += Long.BYTES) {
      code.set(
          compared,
          tracing.traced(PTRACE_PEEKDATA, helper.told(Command.SEED_AT).plus(word), vector));
      code.when(compared.isNot(0), this::leaveAsOther);
      code.when(at(vector).isNot(helper.told(Command.SEED + word)), this::leaveAsOther);
    }
    code.set(compared, constant(1));
  }

  private void leaveAsOther() {
    code.set(compared, constant(0));
    code.leave();
  }
}
