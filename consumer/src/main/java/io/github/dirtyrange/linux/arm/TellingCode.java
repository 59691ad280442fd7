package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Tells the registers of the threads that are held: after the reply, one {@link RegisterRecord} for
 * each that was counted in it.
 *
 * <p>Nothing is written before there is room for it, so that no write holds the threads: when the
 * other side ends, or waits no longer, or listens for too long to nothing of it, they go on.
 */
final class TellingCode {

  // asm/unistd_64.h
  private static final int WRITE = 1;
  private static final int POLL = 7;

  // asm-generic/poll.h, where struct pollfd has the events that are waited for
  private static final long POLLIN = 1L << 32;
  private static final long POLLOUT = 4L << 32;
  private static final int INPUT_EVENTS = 6;

  /** Where a pipe has room for anything, it has for PIPE_BUF, 4096 bytes. */
  private static final int BATCH_BYTES = 4096 / RegisterRecord.BYTES * RegisterRecord.BYTES;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final Constant batch;
  private final Constant polled;

  /** The table of the threads, and its end. */
  private final Constant threads;

  private final Variable threadsEnd;

  private final Variable entry;
  private final Variable filled;
  private final Variable result;

  /** Whether nobody is there to be told. */
  final Variable unheard;

  TellingCode(HelperProgram helper, TracingCode tracing, Constant threads, Variable threadsEnd) {
    this.helper = helper;
    this.tracing = tracing;
    this.threads = threads;
    this.threadsEnd = threadsEnd;
    code = helper.code;
    batch = code.memory(BATCH_BYTES);
    polled = code.memory(16);
    entry = code.variable();
    filled = code.variable();
    result = code.variable();
    unheard = code.variable();
  }

  void functions() {
    code.function("tellRegisters", this::tellAll);
    code.function("gatherRegisters", this::gather);
    code.function("writeRegisters", this::write);
  }

  private void tellAll() {
    code.set(entry, threads);
    code.loopWhile(
        entry.isLessThan(threadsEnd),
        () -> {
          code.set(tracing.tid, at(entry));
          code.when(tracing.tid.isNot(0), () -> code.call("gatherRegisters"));
          code.when(filled.isAtLeast(constant(BATCH_BYTES)), () -> code.call("writeRegisters"));
          code.when(unheard.isNot(0), code::leave);
          code.set(entry, entry.plus(FreezingCode.ENTRY_BYTES));
        });
    code.when(filled.isNot(0), () -> code.call("writeRegisters"));
  }

  /** A thread that was killed while it was held has a record without a number. */
  private void gather() {
    Value record = batch.plus(filled);
    code.store(record.plus(RegisterRecord.TID), constant(0));
    code.store(record.plus(RegisterRecord.SIGNAL), at(entry.plus(FreezingCode.SIGNAL)));
    take(TracingCode.PTRACE_GETFPREGS, record.plus(RegisterRecord.FLOATING));
    code.store(record.plus(RegisterRecord.FLOATING_ERROR), result);
    take(TracingCode.PTRACE_GETREGS, record.plus(RegisterRecord.GENERAL));
    code.when(result.is(0), () -> code.store(record.plus(RegisterRecord.TID), tracing.tid));
    code.set(filled, filled.plus(RegisterRecord.BYTES));
  }

  private void take(int request, Value target) {
    code.set(result, tracing.traced(request, constant(0), target));
    code.call("countStep");
  }

  private void write() {
    code.store(polled, constant(POLLIN));
    code.store(polled.plus(8), constant(1 | POLLOUT));
    code.set(unheard, constant(1));
    code.set(result, systemCall(POLL, polled, constant(2), helper.told(Command.HOLD_MILLIS)));
    code.when(result.isLessThan(1), code::leave);
    code.when(at(polled.plus(INPUT_EVENTS), 2).isNot(0), code::leave);
    code.set(result, systemCall(WRITE, constant(1), batch, filled));
    code.when(result.is(filled), () -> code.set(unheard, constant(0)));
    code.set(filled, constant(0));
  }
}
