package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_EVENT_STOP;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_GETREGS;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_INTERRUPT;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_SETREGS;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_SYSCALL;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Has the stopped thread make a system call of one argument, between two stops at the kernel's door
 * (PTRACE_SYSCALL), never by a single step: the trap of that takes SIGTRAP's blocking or ignoring
 * away for good ({@code force_sig_info}).
 */
final class CallCode {

  /** SIGTRAP with PTRACE_O_TRACESYSGOOD. */
  private static final int AT_THE_DOOR = 5 | 0x80;

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long FOR_EVER = 1L << 62;

  // What came of a call.
  static final int RAN = 0;

  /** A signal came first: the call has not begun. */
  static final int SIGNAL = 1;

  static final int THREAD_ENDED = 2;
  static final int NEVER_RAN = 3;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final RegistersCode registers;
  private final FrameCode frame;
  private final Constant work;
  private final Variable stops;
  private final Variable tired;

  /** The call and its argument, its result and what came of it. */
  final Variable number;

  final Variable argument;
  final Variable result;
  final Variable outcome;

  /** When the thread's registers ceased to be its own. */
  final Variable windowAt;

  CallCode(HelperProgram helper, TracingCode tracing, RegistersCode registers, FrameCode frame) {
    this.helper = helper;
    this.tracing = tracing;
    this.registers = registers;
    this.frame = frame;
    code = helper.code;
    work = code.memory(RegistersCode.BYTES);
    stops = code.variable();
    tired = code.variable();
    number = code.variable();
    argument = code.variable();
    result = code.variable();
    outcome = code.variable();
    windowAt = code.variable();
  }

  void functions() {
    code.function("runCall", this::run);
  }

  /** Runs a call at the process's syscall instruction. */
  private void run() {
    code.copy(work, registers.saved, constant(RegistersCode.BYTES));
    put(RegistersCode.RIP, helper.told(Command.GADGET));
    put(RegistersCode.RSP, frame.stackPointer);
    put(RegistersCode.RAX, number);
    put(RegistersCode.ORIG_RAX, constant(-1));
    put(RegistersCode.RDI, argument);
    code.call("readClock");
    code.when(windowAt.is(0), () -> code.set(windowAt, tracing.now));
    code.set(tracing.until, tracing.now.plus(SECOND_NANOS));
    code.set(stops, constant(0));
    code.set(tired, constant(0));
    tracing.trace(PTRACE_SETREGS, constant(0), work);
    code.loop(
        () -> {
          tracing.trace(PTRACE_SYSCALL, constant(0), constant(0));
          code.call("await");
          code.when(tracing.waited.is(TracingCode.LATE), this::interruptAndWait);
          code.when(tracing.waited.isNot(TracingCode.STOPPED), () -> outcome(THREAD_ENDED));
          code.whenElse(
              tracing.stopSignal.is(AT_THE_DOOR),
              () -> code.set(stops, stops.plus(1)),
              this::anotherStop);
          code.when(stops.is(2), this::readResult);
        });
  }

  /** The thread does not get to run: its next stop is waited for, however long that takes. */
  private void interruptAndWait() {
    code.set(tired, constant(1));
    code.set(tracing.until, constant(FOR_EVER));
    tracing.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    code.call("await");
  }

  /** A stop that was under way before repeats itself; any other is a signal's. */
  private void anotherStop() {
    code.when(tracing.stopEvent.isNot(PTRACE_EVENT_STOP), () -> outcome(SIGNAL));
    code.when(stops.is(0), () -> code.when(tired.is(1), () -> outcome(NEVER_RAN)));
  }

  private void readResult() {
    tracing.trace(PTRACE_GETREGS, constant(0), work);
    code.set(result, at(work.plus(RegistersCode.RAX)));
    outcome(RAN);
  }

  private void outcome(int what) {
    code.set(outcome, constant(what));
    code.leave();
  }

  private void put(int register, Value value) {
    code.store(work.plus(register), value);
  }
}
