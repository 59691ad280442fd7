package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_CONT;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_DETACH;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_EVENT_STOP;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_GETREGS;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_INTERRUPT;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_SEIZE;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_SETREGS;
import static io.github.dirtyrange.linux.arm.HelperProgram.PTRACE_SYSCALL;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Stops one thread, lets it open a userfaultfd, takes that, lets the thread close its own, and puts
 * its registers back.
 *
 * <p>A call is run between two stops at the kernel's door (PTRACE_SYSCALL), never by a single step:
 * the trap of that takes SIGTRAP's blocking or ignoring away for good ({@code force_sig_info}).
 */
final class OpeningCode {

  private static final int CLOSE = 3;
  private static final int NANOSLEEP = 35;
  private static final int PRLIMIT64 = 302;
  private static final int USERFAULTFD = 323;
  private static final int PIDFD_OPEN = 434;
  private static final int PIDFD_GETFD = 438;
  private static final int RLIMIT_NOFILE = 7;

  /** SIGTRAP with PTRACE_O_TRACESYSGOOD. */
  private static final int AT_THE_DOOR = 5 | 0x80;

  private static final long PAUSE_NANOS = 50_000;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long FOR_EVER = 1L << 62;

  /** What came of a call in the thread. */
  private static final int RAN = 0;

  private static final int SIGNAL = 1;
  private static final int THREAD_ENDED = 2;
  private static final int NEVER_RAN = 3;

  private final HelperProgram helper;
  private final SmallProgram code;
  private final RegistersCode registers;
  private final FrameCode frame;
  private final SequenceCode sequence;
  private final Constant work;
  private final Constant limits;
  private final Constant pause;
  private final Variable process;
  private final Variable number;
  private final Variable argument;
  private final Variable result;
  private final Variable outcome;
  private final Variable stops;
  private final Variable tired;
  private final Variable stoppedAt;
  private final Variable windowAt;
  private final Variable limited;
  private final Variable raised;
  private final Variable remote;
  private final Variable taken;

  OpeningCode(HelperProgram helper, RegistersCode registers) {
    this.helper = helper;
    this.registers = registers;
    code = helper.code;
    frame = new FrameCode(helper, registers);
    sequence = new SequenceCode(helper, registers);
    work = code.memory(RegistersCode.BYTES);
    limits = code.memory(32);
    pause = code.memory(16);
    process = code.variable();
    number = code.variable();
    argument = code.variable();
    result = code.variable();
    outcome = code.variable();
    stops = code.variable();
    tired = code.variable();
    stoppedAt = code.variable();
    windowAt = code.variable();
    limited = code.variable();
    raised = code.variable();
    remote = code.variable();
    taken = code.variable();
  }

  void functions() {
    frame.functions();
    sequence.functions();
    code.function("openOrClose", this::openOrClose);
    code.function("stop", this::stop);
    code.function("failUnlessStopped", this::failUnlessStopped);
    code.function("prepare", this::prepare);
    code.function("open", this::open);
    code.function("callUntilItRan", this::callUntilItRan);
    code.function("letSignalIn", this::letSignalIn);
    code.function("runCall", this::runCall);
    code.function("lowerLimit", this::lowerLimit);
    code.function("letGo", this::letGo);
  }

  private void openOrClose() {
    code.set(
        process,
        systemCall(
            PIDFD_OPEN, helper.told(Command.PIDFD_NUMBER), helper.told(Command.PIDFD_FLAGS)));
    code.call("stop");
    code.set(remote, helper.told(Command.DESCRIPTOR));
    code.when(helper.told(Command.KIND).is(Command.OPEN), () -> code.call("open"));
    code.set(number, constant(CLOSE));
    code.set(argument, remote);
    code.call("callUntilItRan");
    code.call("letGo");
    code.when(taken.isLessThan(0), () -> helper.fail(Reply.NOT_TAKEN, constant(0).minus(taken)));
    helper.say(Reply.DESCRIPTOR, taken);
  }

  private void stop() {
    code.set(result, helper.traced(PTRACE_SEIZE, constant(0), helper.told(Command.OPTIONS)));
    code.call("countStep");
    code.when(result.isLessThan(0), () -> helper.fail(Reply.NOT_SEIZED, constant(0).minus(result)));
    helper.waitFor(helper.told(Command.STOP_LIMIT_NANOS));
    helper.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    code.call("hold");
    code.call("readClock");
    code.set(stoppedAt, helper.now);
    code.call("prepare");
  }

  private void failUnlessStopped() {
    code.when(helper.waited.isNot(HelperProgram.STOPPED), () -> code.call("lowerLimit"));
    code.when(
        helper.waited.is(HelperProgram.LATE), () -> helper.fail(Reply.NOT_STOPPED, constant(0)));
    code.when(helper.waited.is(HelperProgram.ENDED), () -> helper.fail(Reply.GONE, constant(0)));
  }

  /**
   * The thread stands: its registers are taken. A restartable sequence (rseq(2)) that it stands in
   * is begun again by the kernel only if it goes on just there: then it is stopped once more.
   */
  private void prepare() {
    code.call("failUnlessStopped");
    code.call("takeRegisters");
    code.call("findSequence");
    code.loopWhile(
        sequence.isInside.is(1),
        () -> {
          helper.trace(PTRACE_CONT, constant(0), constant(0));
          code.store(pause.plus(8), constant(PAUSE_NANOS));
          code.run(systemCall(NANOSLEEP, pause, constant(0)));
          helper.trace(PTRACE_INTERRUPT, constant(0), constant(0));
          code.call("hold");
          code.call("failUnlessStopped");
          code.call("readClock");
          code.when(
              helper.now.isAtLeast(helper.until),
              () -> helper.fail(Reply.NOT_STOPPED, constant(0)));
          code.call("takeRegisters");
          code.call("findSequence");
        });
    code.when(
        registers.register(RegistersCode.CS).isNot(RegistersCode.CS_64_BIT),
        () -> {
          helper.trace(PTRACE_DETACH, constant(0), constant(0));
          helper.fail(Reply.NOT_64_BIT, constant(0));
        });
    code.call("standOnFrame");
    helper.say(Reply.FRAMED, frame.stands);
  }

  private void open() {
    code.when(helper.told(Command.SOFT_LIMIT).isNot(0), this::raiseLimit);
    code.set(number, constant(USERFAULTFD));
    code.set(argument, helper.told(Command.UFFD_FLAGS));
    code.call("callUntilItRan");
    code.call("lowerLimit");
    code.when(
        result.isLessThan(0),
        () -> {
          code.call("letGo");
          helper.fail(Reply.CALL_FAILED, constant(0).minus(result));
        });
    code.set(remote, result);
    code.set(taken, systemCall(PIDFD_GETFD, process, remote, constant(0)));
    code.call("countStep");
  }

  /** Lets the process have a few descriptors more, where it has as many as it may. */
  private void raiseLimit() {
    setLimit(helper.command.plus(Command.SOFT_LIMIT), limits);
    code.when(limited.is(0), () -> code.set(raised, constant(1)));
  }

  private void lowerLimit() {
    code.when(
        raised.is(1),
        () -> {
          setLimit(limits, constant(0));
          code.set(raised, constant(0));
        });
  }

  private void setLimit(Value to, Value from) {
    code.set(
        limited,
        systemCall(PRLIMIT64, helper.told(Command.PID), constant(RLIMIT_NOFILE), to, from));
    code.call("countStep");
  }

  private void callUntilItRan() {
    code.loop(
        () -> {
          code.call("runCall");
          code.when(outcome.is(RAN), code::leave);
          code.when(outcome.is(THREAD_ENDED), () -> helper.fail(Reply.GONE, constant(0)));
          code.when(
              outcome.is(NEVER_RAN),
              () -> {
                code.call("letGo");
                helper.fail(Reply.NOT_STOPPED, constant(0));
              });
          code.call("letSignalIn");
        });
  }

  /**
   * A signal came before the call could begin: the thread gets its registers back and the signal,
   * and stands again before the first instruction of the handler, if there is one.
   */
  private void letSignalIn() {
    helper.trace(PTRACE_SETREGS, constant(0), registers.saved);
    helper.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    helper.trace(PTRACE_CONT, constant(0), helper.stopSignal);
    helper.waitFor(constant(SECOND_NANOS));
    code.call("hold");
    code.call("prepare");
  }

  /** Runs a call at the process's syscall instruction. */
  private void runCall() {
    code.copy(work, registers.saved, constant(RegistersCode.BYTES));
    put(RegistersCode.RIP, helper.told(Command.GADGET));
    put(RegistersCode.RSP, frame.stackPointer);
    put(RegistersCode.RAX, number);
    put(RegistersCode.ORIG_RAX, constant(-1));
    put(RegistersCode.RDI, argument);
    code.call("readClock");
    code.when(windowAt.is(0), () -> code.set(windowAt, helper.now));
    code.set(helper.until, helper.now.plus(SECOND_NANOS));
    code.set(stops, constant(0));
    code.set(tired, constant(0));
    helper.trace(PTRACE_SETREGS, constant(0), work);
    code.loop(
        () -> {
          helper.trace(PTRACE_SYSCALL, constant(0), constant(0));
          code.call("await");
          code.when(helper.waited.is(HelperProgram.LATE), this::interruptAndWait);
          code.when(helper.waited.isNot(HelperProgram.STOPPED), () -> outcome(THREAD_ENDED));
          code.whenElse(
              helper.stopSignal.is(AT_THE_DOOR),
              () -> code.set(stops, stops.plus(1)),
              this::anotherStop);
          code.when(stops.is(2), this::readResult);
        });
  }

  /** The thread does not get to run: its next stop is waited for, however long that takes. */
  private void interruptAndWait() {
    code.set(tired, constant(1));
    code.set(helper.until, constant(FOR_EVER));
    helper.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    code.call("await");
  }

  /** A stop that was under way before repeats itself; any other is a signal's. */
  private void anotherStop() {
    code.when(helper.stopEvent.isNot(PTRACE_EVENT_STOP), () -> outcome(SIGNAL));
    code.when(stops.is(0), () -> code.when(tired.is(1), () -> outcome(NEVER_RAN)));
  }

  private void readResult() {
    helper.trace(PTRACE_GETREGS, constant(0), work);
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

  /** Puts the registers back and lets the thread go on. */
  private void letGo() {
    code.call("lowerLimit");
    helper.trace(PTRACE_SETREGS, constant(0), registers.saved);
    code.call("readClock");
    helper.say(Reply.WINDOW_NANOS, helper.now.minus(windowAt));
    helper.trace(PTRACE_DETACH, constant(0), constant(0));
    code.call("readClock");
    helper.say(Reply.STOPPED_NANOS, helper.now.minus(stoppedAt));
  }
}
