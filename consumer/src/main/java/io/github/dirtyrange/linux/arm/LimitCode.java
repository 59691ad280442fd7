package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/** The limit of the process's descriptors, raised around its call, if that is asked for. */
final class LimitCode {

  private static final int PRLIMIT64 = 302;
  private static final int RLIMIT_NOFILE = 7;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final Constant before;
  private final Variable result;
  private final Variable raised;

  LimitCode(HelperProgram helper, TracingCode tracing) {
    this.helper = helper;
    this.tracing = tracing;
    code = helper.code;
    before = code.memory(16);
    result = code.variable();
    raised = code.variable();
  }

  void functions() {
    code.function("raiseLimit", this::raise);
    code.function("lowerLimit", this::lower);
  }

  /** Where it may not be raised, nothing is to be put back. */
  private void raise() {
    code.when(helper.told(Command.SOFT_LIMIT).is(0), code::leave);
    set(helper.command.plus(Command.SOFT_LIMIT), before);
    code.when(result.is(0), () -> code.set(raised, constant(1)));
  }

  private void lower() {
    code.when(raised.is(0), code::leave);
    set(before, constant(0));
    code.set(raised, constant(0));
  }

  private void set(Value to, Value from) {
    code.set(
        result, systemCall(PRLIMIT64, helper.told(Command.PID), constant(RLIMIT_NOFILE), to, from));
    code.call("countStep");
  }
}
