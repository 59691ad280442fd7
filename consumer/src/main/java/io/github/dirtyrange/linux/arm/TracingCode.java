package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/** What a helper does to a thread by ptrace(2), step by step, and waiting until it stands. */
final class TracingCode {

  // asm/unistd_64.h
  private static final int GETPID = 39;
  private static final int WAIT4 = 61;
  private static final int KILL = 62;
  private static final int PTRACE = 101;
  private static final int RT_SIGTIMEDWAIT = 128;
  private static final int CLOCK_GETTIME = 228;

  private static final int SIGKILL = 9;
  static final int SIGCHLD = 17;
  private static final int CLOCK_MONOTONIC = 1;
  static final int WAIT_ALL_NO_HANG = 0x4000_0000 | 1;
  private static final long SECOND_NANOS = 1_000_000_000;

  // linux/ptrace.h
  static final int PTRACE_CONT = 7;
  static final int PTRACE_GETREGS = 12;
  static final int PTRACE_SETREGS = 13;
  static final int PTRACE_GETFPREGS = 14;
  static final int PTRACE_DETACH = 17;
  static final int PTRACE_SYSCALL = 24;
  static final int PTRACE_GETREGSET = 0x4204;
  static final int PTRACE_SEIZE = 0x4206;
  static final int PTRACE_INTERRUPT = 0x4207;
  static final int PTRACE_GETSIGMASK = 0x420A;
  static final int PTRACE_SECCOMP_GET_FILTER = 0x420C;
  static final int PTRACE_EVENT_STOP = 128;

  /** What {@code waited} says of a thread. */
  static final int LATE = 0;

  static final int STOPPED = 1;
  static final int ENDED = 2;

  private final HelperProgram helper;
  private final SmallProgram code;
  private final Constant scratch;

  /** The thread that everything is about. */
  final Variable tid;

  /** The clock, when it was read last, and until when to wait. */
  final Variable now;

  final Variable until;

  /** What waiting came to: late, stopped or ended; and of a stop, its signal and its event. */
  final Variable waited;

  final Variable stopSignal;
  final Variable stopEvent;

  /** How many steps were taken. */
  final Variable step;

  TracingCode(HelperProgram helper) {
    this.helper = helper;
    code = helper.code;
    scratch = code.memory(64);
    tid = code.variable();
    now = code.variable();
    until = code.variable();
    waited = code.variable();
    stopSignal = code.variable();
    stopEvent = code.variable();
    step = code.variable();
  }

  void functions() {
    code.function("countStep", this::countStep);
    code.function("readClock", this::readClock);
    code.function("await", this::await);
    code.function("hold", this::hold);
  }

  /** After each step the helper may be told to die, to show what becomes of the process. */
  private void countStep() {
    code.set(step, step.plus(1));
    code.when(
        step.is(helper.told(Command.DIE_AT)),
        () -> code.run(systemCall(KILL, systemCall(GETPID), constant(SIGKILL))));
  }

  private void readClock() {
    code.run(systemCall(CLOCK_GETTIME, constant(CLOCK_MONOTONIC), scratch));
    code.set(now, at(scratch).times(SECOND_NANOS).plus(at(scratch.plus(8))));
  }

  /** Waits until the thread stops or ends, or it is late; SIGCHLD, blocked, tells of a stop. */
  private void await() {
    Value status = scratch.plus(16);
    Value limit = scratch.plus(32);
    Value signals = scratch.plus(48);
    code.loop(
        () -> {
          code.set(waited, systemCall(WAIT4, tid, status, constant(WAIT_ALL_NO_HANG), constant(0)));
          code.when(
              waited.isNot(0),
              () -> {
                code.whenElse(
                    waited.is(tid),
                    () -> readStatus(at(status, 4)),
                    () -> code.set(waited, constant(ENDED)));
                code.call("countStep");
                code.leave();
              });
          code.call("readClock");
          code.when(now.isAtLeast(until), code::leave);
          code.store(limit, constant(0));
          code.store(limit.plus(8), constant(SECOND_NANOS - 1));
          code.when(
              until.minus(now).isLessThan(SECOND_NANOS),
              () -> code.store(limit.plus(8), until.minus(now)));
          code.store(signals, constant(1L << (SIGCHLD - 1)));
          code.run(systemCall(RT_SIGTIMEDWAIT, signals, constant(0), limit, constant(8)));
        });
  }

  private void readStatus(Value status) {
    code.set(stopSignal, status.shiftedRight(8).and(0xFF));
    code.set(stopEvent, status.shiftedRight(16));
    code.whenElse(
        status.and(0x7F).is(0x7F),
        () -> code.set(waited, constant(STOPPED)),
        () -> code.set(waited, constant(ENDED)));
  }

  /**
   * Waits until an interrupted thread stands between two instructions of its own. A signal that is
   * about to be delivered to it is delivered.
   */
  private void hold() {
    code.loop(
        () -> {
          code.call("await");
          code.when(waited.isNot(STOPPED), code::leave);
          code.when(stopEvent.is(PTRACE_EVENT_STOP), code::leave);
          trace(PTRACE_CONT, constant(0), stopSignal);
        });
  }

  /** {@return what ptrace(2) on the thread returns} */
  Value traced(int request, Value address, Value data) {
    return systemCall(PTRACE, constant(request), tid, address, data);
  }

  /** Does ptrace(2) on the thread, as one step. */
  void trace(int request, Value address, Value data) {
    code.run(traced(request, address, data));
    code.call("countStep");
  }

  /** Sets the time until which to wait. */
  void waitFor(Value nanos) {
    code.call("readClock");
    code.set(until, now.plus(nanos));
  }
}
