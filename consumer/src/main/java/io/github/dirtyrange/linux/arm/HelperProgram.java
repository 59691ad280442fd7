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
 * <p>Here are its beginning and its end. {@link OpeningCode} and {@link FreezingCode} are its
 * tasks, {@link TracingCode} and {@link RegistersCode} what both stand on.
 */
final class HelperProgram {

  // asm/unistd_64.h
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int POLL = 7;
  private static final int RT_SIGACTION = 13;
  private static final int RT_SIGPROCMASK = 14;
  private static final int SETSID = 112;
  private static final int SCHED_SETSCHEDULER = 144;
  private static final int MLOCKALL = 151;
  private static final int PRCTL = 157;

  private static final int PR_SET_NAME = 15;

  /** The letters of "stopper" as a number: what it is called in the list of processes. */
  private static final long NAME = 0x72_65_70_70_6F_74_73L;

  private static final int SCHED_FIFO = 1;

  final SmallProgram code = new SmallProgram();
  final Constant command = code.memory(Command.BYTES);
  final Constant reply = code.memory(Reply.BYTES);

  private final TracingCode tracing = new TracingCode(this);
  private final Variable got = code.variable();
  private final Variable read = code.variable();
  private final Constant scratch = code.memory(192);

  private HelperProgram() {}

  /** {@return the executable file's bytes} */
  static byte[] image() {
    HelperProgram helper = new HelperProgram();
    helper.main();
    helper.detachFromEverybody();
    helper.readCommand();
    helper.finish();
    TracingCode tracing = helper.tracing;
    tracing.functions();
    RegistersCode registers = new RegistersCode(helper, tracing);
    registers.functions();
    new OpeningCode(helper, tracing, registers).functions();
    new FreezingCode(helper, tracing).functions();
    return helper.code.executable();
  }

  private void main() {
    code.function(
        "main",
        () -> {
          code.call("detachFromEverybody");
          code.call("readCommand");
          code.set(tracing.tid, told(Command.TID));
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
              systemCall(
                  RT_SIGACTION,
                  constant(TracingCode.SIGCHLD),
                  defaultAction,
                  constant(0),
                  constant(8)));
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
                  code.set(read, systemCall(READ, constant(0), command.plus(got), left()));
                  code.when(read.isLessThan(1), () -> code.exit(constant(1)));
                  code.set(got, got.plus(read));
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
          say(Reply.STEP, tracing.step);
          say(Reply.TID, tracing.tid);
          code.run(systemCall(WRITE, constant(1), reply, constant(Reply.BYTES)));
        });
    code.function(
        "waitForEnd",
        () -> {
          code.store(input, constant(1L << 32)); // descriptor 0, POLLIN
          code.run(systemCall(POLL, input, constant(1), told(Command.HOLD_MILLIS)));
        });
  }

  /** {@return a field of the command} */
  Value told(int field) {
    return at(command.plus(field));
  }

  /** Puts a field into the reply. */
  void say(int field, Value value) {
    code.store(reply.plus(field), value);
  }

  /** Replies that it failed, and ends. */
  void fail(int status, Value error) {
    say(Reply.STATUS, constant(status));
    say(Reply.ERROR, error);
    code.call("reply");
    code.exit(constant(0));
  }
}
