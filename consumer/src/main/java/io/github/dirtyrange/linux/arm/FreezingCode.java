package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_DETACH;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_EVENT_STOP;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_INTERRUPT;
import static io.github.dirtyrange.linux.arm.TracingCode.PTRACE_SEIZE;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Stops all threads of a process, lists them again until no new one is found, tells their registers
 * ({@link TellingCode}), and holds them.
 */
final class FreezingCode {

  /** The status of a helper that let the threads go when it was told to, and not before. */
  static final int HELD_TO_THE_END = 0;

  private static final int READ = 0;
  private static final int POLL = 7;
  private static final int LSEEK = 8;
  private static final int WAIT4 = 61;
  private static final int GETDENTS64 = 217;
  private static final int OPENAT = 257;
  private static final int SIGNALFD4 = 289;

  private static final int ESRCH = 3;
  private static final int SIGINFO_BYTES = 128;
  private static final long POLLIN = 1L << 32;
  private static final int AT_FDCWD = -100;
  private static final int O_DIRECTORY = 0x10000;

  // linux/dirent.h: struct linux_dirent64
  private static final int RECORD_BYTES = 16;
  private static final int RECORD_NAME = 19;

  private static final int LIST_BYTES = 1 << 16;
  private static final int MOST_THREADS = 1 << 15;

  // An entry of the table of threads.
  static final int SIGNAL = 8;
  static final int ENTRY_BYTES = 16;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final Constant list;
  private final Constant threads;
  private final TellingCode telling;

  private final Variable folder;
  private final Variable listed;
  private final Variable record;
  private final Variable letter;
  private final Variable digit;
  private final Variable result;

  /** Behind the last thread that is seized, and behind the last one that stands. */
  private final Variable seizedEnd;

  private final Variable stoppedEnd;
  private final Variable standing;

  /** Whether the end of the input was waited for: the threads stood until it came. */
  private final Variable wasAsked;

  /** Threads that were there at the last look and could not be seized, those held among them. */
  private final Variable refused;

  FreezingCode(HelperProgram helper, TracingCode tracing) {
    this.helper = helper;
    this.tracing = tracing;
    code = helper.code;
    list = code.memory(LIST_BYTES);
    threads = code.memory(MOST_THREADS * ENTRY_BYTES);
    folder = code.variable();
    listed = code.variable();
    record = code.variable();
    letter = code.variable();
    digit = code.variable();
    result = code.variable();
    seizedEnd = code.variable();
    stoppedEnd = code.variable();
    standing = code.variable();
    wasAsked = code.variable();
    refused = code.variable();
    telling = new TellingCode(helper, tracing, threads, seizedEnd);
  }

  void functions() {
    code.function("freeze", this::freeze);
    code.function("stopAll", this::stopAll);
    code.function("seizeListed", this::seizeListed);
    code.function("readNumber", this::readNumber);
    code.function("seize", this::seize);
    code.function("awaitOne", this::awaitOne);
    code.function("holdAll", this::holdAll);
    code.function("release", this::release);
    telling.functions();
  }

  private void freeze() {
    code.set(seizedEnd, threads);
    code.set(stoppedEnd, threads);
    code.set(
        folder,
        systemCall(
            OPENAT,
            constant(AT_FDCWD),
            helper.command.plus(Command.PATH),
            constant(O_DIRECTORY),
            constant(0)));
    code.when(folder.isLessThan(0), () -> helper.fail(Reply.GONE, constant(0)));
    tracing.waitFor(helper.told(Command.STOP_LIMIT_NANOS));
    helper.say(Reply.STOPPED_AT, tracing.now);
    code.call("stopAll");
    code.when(standing.is(0), () -> helper.fail(Reply.NOT_SEIZED, constant(0).minus(result)));
    helper.say(Reply.THREADS, standing);
    helper.say(Reply.REFUSED, refused);
    code.call("reply");
    code.call("tellRegisters");
    code.when(telling.unheard.is(0), () -> code.call("holdAll"));
    code.call("release");
    code.when(wasAsked.is(1), () -> code.exit(constant(HELD_TO_THE_END)));
    code.exit(constant(1));
  }

  private void stopAll() {
    code.loop(
        () -> {
          code.call("seizeListed");
          code.when(stoppedEnd.is(seizedEnd), code::leave);
          code.loopWhile(stoppedEnd.isLessThan(seizedEnd), () -> code.call("awaitOne"));
        });
  }

  private void seizeListed() {
    code.set(refused, constant(0));
    code.run(systemCall(LSEEK, folder, constant(0), constant(0)));
    code.loop(
        () -> {
          code.set(listed, systemCall(GETDENTS64, folder, list, constant(LIST_BYTES)));
          code.when(listed.isLessThan(1), code::leave);
          code.set(record, list);
          code.loopWhile(
              record.isLessThan(list.plus(listed)),
              () -> {
                code.call("readNumber");
                code.when(tracing.tid.isNot(0), () -> code.call("seize"));
                code.set(record, record.plus(at(record.plus(RECORD_BYTES), 2)));
              });
        });
  }

  /** The number that a name says, 0 for "." and "..". */
  private void readNumber() {
    code.set(tracing.tid, constant(0));
    code.set(letter, record.plus(RECORD_NAME));
    code.loop(
        () -> {
          code.set(digit, at(letter, 1).minus('0'));
          code.when(digit.isLessThan(0), code::leave);
          code.set(tracing.tid, tracing.tid.times(10).plus(digit));
          code.set(letter, letter.plus(1));
        });
  }

  /** A thread that is held already is refused, as is one that may not be stopped. */
  private void seize() {
    code.set(result, tracing.traced(PTRACE_SEIZE, constant(0), constant(0)));
    code.call("countStep");
    code.when(
        result.isLessThan(0),
        () -> {
          code.when(result.isNot(-ESRCH), () -> code.set(refused, refused.plus(1)));
          code.leave();
        });
    code.when(
        seizedEnd.isAtLeast(threads.plus((long) MOST_THREADS * ENTRY_BYTES)),
        () -> helper.fail(Reply.TOO_MANY, constant(0)));
    tracing.trace(PTRACE_INTERRUPT, constant(0), constant(0));
    code.store(seizedEnd, tracing.tid);
    code.set(seizedEnd, seizedEnd.plus(ENTRY_BYTES));
  }

  private void awaitOne() {
    Value entry = stoppedEnd;
    code.set(tracing.tid, at(entry));
    code.call("await");
    code.when(
        tracing.waited.is(TracingCode.LATE), () -> helper.fail(Reply.NOT_STOPPED, constant(0)));
    code.whenElse(
        tracing.waited.is(TracingCode.ENDED),
        () -> code.store(entry, constant(0)),
        () -> {
          code.set(standing, standing.plus(1));
          code.when(
              tracing.stopEvent.isNot(PTRACE_EVENT_STOP),
              () -> code.store(entry.plus(SIGNAL), tracing.stopSignal));
          code.call("takeRegisters");
        });
    code.set(stoppedEnd, stoppedEnd.plus(ENTRY_BYTES));
  }

  /** Holds them until the input ends; of those that are killed meanwhile, their parent is told. */
  private void holdAll() {
    Value signals = list;
    Value inputs = list.plus(64);
    code.store(signals, constant(1L << (TracingCode.SIGCHLD - 1)));
    code.set(result, systemCall(SIGNALFD4, constant(-1), signals, constant(8), constant(0)));
    code.store(inputs, constant(POLLIN));
    code.store(inputs.plus(8), result.or(POLLIN));
    code.loop(
        () -> {
          code.set(listed, systemCall(POLL, inputs, constant(2), helper.told(Command.HOLD_MILLIS)));
          code.when(listed.isLessThan(1), code::leave);
          code.when(
              at(inputs.plus(6), 2).isNot(0),
              () -> {
                code.set(wasAsked, constant(1));
                code.leave();
              });
          code.run(systemCall(READ, result, list.plus(128), constant(SIGINFO_BYTES)));
          code.set(listed, constant(1));
          code.loopWhile(
              listed.isAtLeast(1),
              () ->
                  code.set(
                      listed,
                      systemCall(
                          WAIT4,
                          constant(-1),
                          list.plus(128),
                          constant(TracingCode.WAIT_ALL_NO_HANG),
                          constant(0))));
        });
  }

  /** Lets all go on; one that was to get a signal gets it now. */
  private void release() {
    code.set(record, threads);
    code.loopWhile(
        record.isLessThan(seizedEnd),
        () -> {
          code.set(tracing.tid, at(record));
          code.when(
              tracing.tid.isNot(0),
              () -> tracing.trace(PTRACE_DETACH, constant(0), at(record.plus(SIGNAL))));
          code.set(record, record.plus(ENTRY_BYTES));
        });
  }
}
