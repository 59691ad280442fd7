package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_CONT;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_DETACH;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_INTERRUPT;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_SEIZE;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_SETREGS;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Stops one thread, lets it open a userfaultfd, takes that, lets the thread close its own, and puts
 * its registers back.
 */
final class OpeningCode {

  private static final int CLOSE = 3;
  private static final int KCMP = 312;
  private static final int KCMP_FILE = 0;
  private static final int EBADF = 9;
  private static final int NANOSLEEP = 35;
  private static final int USERFAULTFD = 323;
  private static final int PIDFD_OPEN = 434;
  private static final int PIDFD_GETFD = 438;

  private static final long PAUSE_NANOS = 50_000;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final RegistersCode registers;
  private final FrameCode frame;
  private final CallCode call;
  private final LimitCode limit;
  private final SequenceCode sequence;
  private final ProgramCode program;
  private final DispatchCode dispatch;
  private final Constant pause;
  private final Variable process;
  private final Variable stoppedAt;
  private final Variable remote;
  private final Variable taken;

  OpeningCode(HelperProgram helper, TracingCode tracing, RegistersCode registers) {
    this.helper = helper;
    this.tracing = tracing;
    this.registers = registers;
    code = helper.code;
    frame = new FrameCode(helper, tracing, registers);
    call = new CallCode(helper, tracing, registers, frame);
    limit = new LimitCode(helper);
    sequence = new SequenceCode(helper, tracing, registers);
    program = new ProgramCode(helper, tracing);
    dispatch = new DispatchCode(helper, tracing);
    pause = code.memory(16);
    process = code.variable();
    stoppedAt = code.variable();
    remote = code.variable();
    taken = code.variable();
  }

  void functions() {
    frame.functions();
    call.functions();
    limit.functions();
    sequence.functions();
    program.functions();
    dispatch.functions();
    code.function("openOrClose", this::openOrClose);
    code.function("stop", this::stop);
    code.function("failUnlessStopped", this::failUnlessStopped);
    code.function("prepare", this::prepare);
    code.function("open", this::open);
    code.function("leaveUnlessSame", this::leaveUnlessSame);
    code.function("callUntilItRan", this::callUntilItRan);
    code.function("letSignalIn", this::letSignalIn);
    code.function("letGo", this::letGo);
  }

  private void openOrClose() {
    code.set(
        process,
        systemCall(
            PIDFD_OPEN, helper.told(Command.PIDFD_NUMBER), helper.told(Command.PIDFD_FLAGS)));
    code.call("stop");
    code.set(remote, helper.told(Command.DESCRIPTOR));
    code.whenElse(
        helper.told(Command.KIND).is(Command.OPEN),
        () -> code.call("open"),
        () -> code.call("leaveUnlessSame"));
    code.set(call.number, constant(CLOSE));
    code.set(call.argument, remote);
    code.call("callUntilItRan");
    code.call("letGo");
    code.when(taken.isLessThan(0), () -> helper.fail(Reply.NOT_TAKEN, constant(0).minus(taken)));
    helper.say(Reply.DESCRIPTOR, taken);
  }

  private void stop() {
    code.set(call.result, tracing.traced(PTRACE_SEIZE, constant(0), helper.told(Command.OPTIONS)));
    code.call("countStep");
    code.when(
        call.result.isLessThan(0),
        () -> helper.fail(Reply.NOT_SEIZED, constant(0).minus(call.result)));
    tracing.waitFor(helper.told(Command.STOP_LIMIT_NANOS));
    tracing.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    code.call("hold");
    code.call("readClock");
    code.set(stoppedAt, tracing.now);
    code.call("prepare");
  }

  private void failUnlessStopped() {
    code.when(tracing.waited.isNot(TracingCode.STOPPED), () -> code.call("lowerLimit"));
    code.when(
        tracing.waited.is(TracingCode.LATE), () -> helper.fail(Reply.NOT_STOPPED, constant(0)));
    code.when(tracing.waited.is(TracingCode.ENDED), () -> helper.fail(Reply.GONE, constant(0)));
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
          tracing.trace(PTRACE_CONT, constant(0), constant(0));
          code.store(pause.plus(8), constant(PAUSE_NANOS));
          code.run(systemCall(NANOSLEEP, pause, constant(0)));
          tracing.trace(PTRACE_INTERRUPT, constant(0), constant(0));
          code.call("hold");
          code.call("failUnlessStopped");
          code.call("readClock");
          code.when(
              tracing.now.isAtLeast(tracing.until),
              () -> helper.fail(Reply.NOT_STOPPED, constant(0)));
          code.call("takeRegisters");
          code.call("findSequence");
        });
    code.call("compareProgram");
    code.when(program.isSame.is(0), () -> leave(Reply.EXECUTED));
    // Only now: of a thread that another one's execve(2) has ended there are no registers.
    code.when(
        registers.register(RegistersCode.CS).isNot(RegistersCode.CS_64_BIT),
        () -> leave(Reply.NOT_64_BIT));
    code.call("findDispatch");
    code.when(dispatch.isOn.is(1), () -> leave(Reply.DISPATCHED));
    code.call("standOnFrame");
    helper.say(Reply.FRAMED, frame.stands);
  }

  /** Lets the thread go as it is. */
  private void leave(int status) {
    code.call("lowerLimit");
    tracing.trace(PTRACE_DETACH, constant(0), constant(0));
    helper.fail(status, constant(0));
  }

  private void open() {
    code.call("raiseLimit");
    code.set(call.number, constant(USERFAULTFD));
    code.set(call.argument, helper.told(Command.UFFD_FLAGS));
    code.call("callUntilItRan");
    code.call("lowerLimit");
    code.when(
        call.result.isLessThan(0),
        () -> {
          code.call("letGo");
          helper.fail(Reply.CALL_FAILED, constant(0).minus(call.result));
        });
    code.set(remote, call.result);
    helper.say(Reply.REMOTE, remote.plus(1));
    code.set(taken, systemCall(PIDFD_GETFD, process, remote, constant(0)));
    code.call("countStep");
  }

  /**
   * The process may have closed the descriptor since it was looked at, and have opened another one
   * of its number. While the thread stands, a process of one thread cannot.
   */
  private void leaveUnlessSame() {
    code.set(
        call.result,
        systemCall(
            KCMP,
            helper.told(Command.SAME_PID),
            tracing.tid,
            constant(KCMP_FILE),
            helper.told(Command.SAME_DESCRIPTOR),
            remote));
    code.when(call.result.is(-EBADF), () -> code.set(call.result, constant(1)));
    // Where the kernel does not say (no CONFIG_KCMP), it is closed as it was looked at.
    code.when(
        call.result.isAtLeast(1),
        () -> {
          code.call("readClock");
          code.set(call.windowAt, tracing.now);
          code.call("letGo");
          helper.fail(Reply.NOT_SAME, constant(0));
        });
  }

  private void callUntilItRan() {
    code.loop(
        () -> {
          code.call("runCall");
          code.when(call.outcome.is(CallCode.RAN), code::leave);
          code.when(
              call.outcome.is(CallCode.THREAD_ENDED), () -> helper.fail(Reply.GONE, constant(0)));
          code.when(
              call.outcome.is(CallCode.NEVER_RAN),
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
    tracing.trace(PTRACE_SETREGS, constant(0), registers.saved);
    tracing.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    tracing.trace(PTRACE_CONT, constant(0), tracing.stopSignal);
    tracing.waitFor(constant(SECOND_NANOS));
    code.call("hold");
    code.call("prepare");
  }

  /** Puts the registers back and lets the thread go on. */
  private void letGo() {
    code.call("lowerLimit");
    tracing.trace(PTRACE_SETREGS, constant(0), registers.saved);
    code.call("readClock");
    helper.say(Reply.WINDOW_NANOS, tracing.now.minus(call.windowAt));
    tracing.trace(PTRACE_DETACH, constant(0), constant(0));
    code.call("readClock");
    helper.say(Reply.STOPPED_NANOS, tracing.now.minus(stoppedAt));
  }
}
