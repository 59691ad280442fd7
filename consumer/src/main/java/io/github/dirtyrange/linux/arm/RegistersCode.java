package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/** A stopped thread's registers, and the calls that do not go on after a stop by themselves. */
final class RegistersCode {

  // asm/ptrace.h: struct user_regs_struct
  static final int RAX = 80;
  static final int RDI = 112;
  static final int ORIG_RAX = 120;
  static final int RIP = 128;
  static final int CS = 136;
  static final int RSP = 152;
  static final int FS_BASE = 168;
  static final int BYTES = 216;

  static final int CS_64_BIT = 0x33;

  // linux/errno.h
  private static final int EINTR = 4;
  static final int ERESTARTSYS = 512;
  static final int ERESTARTNOINTR = 513;
  static final int ERESTARTNOHAND = 514;
  static final int ERESTART_RESTARTBLOCK = 516;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;

  /** What the thread's registers are to be when it goes on. */
  final Constant saved;

  private final Variable call;
  private final Variable endsInEintr;
  private final Variable filtered;

  RegistersCode(HelperProgram helper, TracingCode tracing) {
    this.helper = helper;
    this.tracing = tracing;
    code = helper.code;
    saved = code.memory(BYTES);
    call = code.variable();
    endsInEintr = code.variable();
    filtered = code.variable();
  }

  void functions() {
    code.function("takeRegisters", this::take);
    code.function("repairCall", this::repair);
  }

  /** {@return one of the saved registers} */
  Value register(int place) {
    return at(saved.plus(place));
  }

  private void take() {
    tracing.trace(TracingCode.PTRACE_GETREGS, constant(0), saved);
    helper.say(Reply.CALL, register(ORIG_RAX));
    helper.say(Reply.RESULT, register(RAX));
    code.call("repairCall");
  }

  /**
   * A call that answers any stop with EINTR is begun again (ERESTARTNOHAND): it still ends with
   * EINTR if a signal has a handler. Under a filter of system calls, which may not know
   * restart_syscall(2), one that would go on by that is begun again as well.
   */
  private void repair() {
    code.set(call, register(ORIG_RAX));
    code.when(
        register(RAX).is(-EINTR),
        () -> {
          code.set(endsInEintr, constant(0));
          for (int number : Calls.ENDED_BY_ANY_STOP) {
            code.when(call.is(number), () -> code.set(endsInEintr, constant(1)));
          }
          code.when(endsInEintr.is(1), this::beginAgain);
        });
    code.when(
        register(RAX).is(-ERESTART_RESTARTBLOCK),
        () -> code.when(call.isAtLeast(0), this::beginAgainIfFiltered));
  }

  /**
   * A thread may have begun to filter its calls since it was looked at. Of a filter that the kernel
   * shows us there is a length. It shows none without CAP_SYS_ADMIN, to who is under a filter, and
   * without CONFIG_CHECKPOINT_RESTORE: then what was seen counts.
   */
  private void beginAgainIfFiltered() {
    code.set(filtered, helper.told(Command.FILTERED));
    code.when(
        tracing
            .traced(TracingCode.PTRACE_SECCOMP_GET_FILTER, constant(0), constant(0))
            .isAtLeast(0),
        () -> code.set(filtered, constant(1)));
    code.when(filtered.isNot(0), this::beginAgain);
  }

  /** At once: it holds even if the helper dies next. */
  private void beginAgain() {
    code.store(saved.plus(RAX), constant(-ERESTARTNOHAND));
    tracing.trace(TracingCode.PTRACE_SETREGS, constant(0), saved);
  }
}
