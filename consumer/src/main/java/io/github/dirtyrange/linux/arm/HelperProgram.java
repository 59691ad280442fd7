package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * The helper's program: it reads one {@link Command}, does it, writes one {@link Reply}, waits for
 * the end of its input, and ends. What it still holds then, the kernel lets go.
 *
 * <p>Here is what both of its tasks need: the beginning and end, the clock, and waiting for a
 * thread to stop. {@link OpeningCode} and {@link FreezingCode} are the tasks.
 */
final class HelperProgram {

  // asm/unistd_64.h
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int POLL = 7;
  private static final int RT_SIGACTION = 13;
  private static final int RT_SIGPROCMASK = 14;
  private static final int GETPID = 39;
  private static final int WAIT4 = 61;
  private static final int KILL = 62;
  private static final int PTRACE = 101;
  private static final int SETSID = 112;
  private static final int RT_SIGTIMEDWAIT = 128;
  private static final int SCHED_SETSCHEDULER = 144;
  private static final int MLOCKALL = 151;
  private static final int PRCTL = 157;
  private static final int CLOCK_GETTIME = 228;

  private static final int PR_SET_NAME = 15;

  /** The letters of "stopper" as a number: what it is called in the list of processes. */
  private static final long NAME = 0x72_65_70_70_6F_74_73L;

  private static final int SIGKILL = 9;
  private static final int SIGCHLD = 17;
  private static final int SCHED_FIFO = 1;
  private static final int CLOCK_MONOTONIC = 1;
  static final int WAIT_ALL_NO_HANG = 0x4000_0000 | 1;
  private static final long SECOND_NANOS = 1_000_000_000;

  // linux/ptrace.h
  static final int PTRACE_CONT = 7;
  static final int PTRACE_GETREGS = 12;
  static final int PTRACE_SETREGS = 13;
  static final int PTRACE_DETACH = 17;
  static final int PTRACE_SYSCALL = 24;
  static final int PTRACE_GETREGSET = 0x4204;
  static final int PTRACE_SEIZE = 0x4206;
  static final int PTRACE_INTERRUPT = 0x4207;
  static final int PTRACE_GETSIGMASK = 0x420A;
  static final int PTRACE_EVENT_STOP = 128;

  /** What {@code waited} says of a thread. */
  static final int LATE = 0;

  static final int STOPPED = 1;
  static final int ENDED = 2;

  final SmallProgram code = new SmallProgram();
  final Constant command = code.memory(Command.BYTES);
  final Constant reply = code.memory(Reply.BYTES);

  /** The thread that everything is about. */
  final Variable tid = code.variable();

  /** The clock, when it was read last, and until when to wait. */
  final Variable now = code.variable();

  final Variable until = code.variable();

  /** What waiting came to: late, stopped or ended; and of a stop, its signal and its event. */
  final Variable waited = code.variable();

  final Variable stopSignal = code.variable();
  final Variable stopEvent = code.variable();

  private final Variable step = code.variable();
  private final Variable got = code.variable();
  private final Constant scratch = code.memory(192);

  private HelperProgram() {}

  /** {@return the executable file's bytes} */
  static byte[] image() {
    HelperProgram helper = new HelperProgram();
    helper.main();
    helper.detachFromEverybody();
    helper.readCommand();
    helper.finish();
    helper.countStep();
    helper.readClock();
    helper.await();
    helper.hold();
    RegistersCode registers = new RegistersCode(helper);
    registers.functions();
    new OpeningCode(helper, registers).functions();
    new FreezingCode(helper).functions();
    return helper.code.executable();
  }

  private void main() {
    code.function(
        "main",
        () -> {
          code.call("detachFromEverybody");
          code.call("readCommand");
          code.set(tid, told(Command.TID));
          code.whenElse(
              told(Command.KIND).is(Command.FREEZE),
              () -> code.call("freeze"),
              () -> code.call("openOrClose"));
          code.call("reply");
          code.call("waitForEnd");
          code.exit(constant(0));
        });
  }

  /** In a session of its own, out of reach of the terminal's signals and of all that can wait. */
  private void detachFromEverybody() {
    Value signals = scratch;
    Value defaultAction = scratch.plus(64);
    Value priority = scratch.plus(128);
    Value name = scratch.plus(136);
    code.function(
        "detachFromEverybody",
        () -> {
          code.run(systemCall(SETSID));
          code.store(name, constant(NAME));
          code.run(systemCall(PRCTL, constant(PR_SET_NAME), name));
          code.store(signals, constant(-1));
          code.run(systemCall(RT_SIGPROCMASK, constant(0), signals, constant(0), constant(8)));
          code.run(
              systemCall(RT_SIGACTION, constant(SIGCHLD), defaultAction, constant(0), constant(8)));
          code.store(priority, constant(50), 4);
          code.run(systemCall(SCHED_SETSCHEDULER, constant(0), constant(SCHED_FIFO), priority));
          code.run(systemCall(MLOCKALL, constant(3)));
        });
  }

  private void readCommand() {
    code.function(
        "readCommand",
        () ->
            code.loopWhile(
                got.isLessThan(Command.BYTES),
                () -> {
                  code.set(now, systemCall(READ, constant(0), command.plus(got), left()));
                  code.when(now.isLessThan(1), () -> code.exit(constant(1)));
                  code.set(got, got.plus(now));
                }));
  }

  private Value left() {
    return constant(Command.BYTES).minus(got);
  }

  /** Replies, and waits for the end of the input, for as long as it was told. */
  private void finish() {
    Value input = scratch.plus(32);
    code.function(
        "reply",
        () -> {
          say(Reply.STEP, step);
          say(Reply.TID, tid);
          code.run(systemCall(WRITE, constant(1), reply, constant(Reply.BYTES)));
        });
    code.function(
        "waitForEnd",
        () -> {
          code.store(input, constant(1L << 32)); // descriptor 0, POLLIN
          code.run(systemCall(POLL, input, constant(1), told(Command.HOLD_MILLIS)));
        });
  }

  /** After each step the helper may be told to die, to show what becomes of the process. */
  private void countStep() {
    code.function(
        "countStep",
        () -> {
          code.set(step, step.plus(1));
          code.when(
              step.is(told(Command.DIE_AT)),
              () -> code.run(systemCall(KILL, systemCall(GETPID), constant(SIGKILL))));
        });
  }

  private void readClock() {
    code.function(
        "readClock",
        () -> {
          code.run(systemCall(CLOCK_GETTIME, constant(CLOCK_MONOTONIC), scratch));
          code.set(now, at(scratch).times(SECOND_NANOS).plus(at(scratch.plus(8))));
        });
  }

  /** Waits until the thread stops or ends, or it is late; SIGCHLD, blocked, tells of a stop. */
  private void await() {
    Value status = scratch.plus(16);
    Value limit = scratch.plus(32);
    Value signals = scratch.plus(48);
    code.function(
        "await",
        () ->
            code.loop(
                () -> {
                  code.set(
                      waited,
                      systemCall(WAIT4, tid, status, constant(WAIT_ALL_NO_HANG), constant(0)));
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
                }));
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
    code.function(
        "hold",
        () ->
            code.loop(
                () -> {
                  code.call("await");
                  code.when(waited.isNot(STOPPED), code::leave);
                  code.when(stopEvent.is(PTRACE_EVENT_STOP), code::leave);
                  trace(PTRACE_CONT, constant(0), stopSignal);
                }));
  }

  /** {@return a field of the command} */
  Value told(int field) {
    return at(command.plus(field));
  }

  /** Puts a field into the reply. */
  void say(int field, Value value) {
    code.store(reply.plus(field), value);
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

  /** Replies that it failed, and ends. */
  void fail(int status, Value error) {
    say(Reply.STATUS, constant(status));
    say(Reply.ERROR, error);
    code.call("reply");
    code.exit(constant(0));
  }
}
