package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Whether a stopped thread stands in a restartable sequence (rseq(2)). The kernel looks where a
 * thread goes on: run elsewhere first, it would take the sequence for finished ({@code
 * rseq_ip_fixup}, kernel/rseq.c), and not begin it again.
 */
final class SequenceCode {

  private static final int PROCESS_VM_READV = 310;

  // linux/ptrace.h: struct ptrace_rseq_configuration
  private static final int PTRACE_GET_RSEQ_CONFIGURATION = 0x420F;
  private static final int CONFIGURATION_BYTES = 24;

  // linux/rseq.h: struct rseq and struct rseq_cs
  private static final int RSEQ_CS = 8;
  private static final int START = 8;
  private static final int LENGTH = 16;
  private static final int SEQUENCE_BYTES = 32;

  private final TracingCode tracing;
  private final SmallProgram code;
  private final RegistersCode registers;
  private final Constant block;
  private final Constant vectors;
  private final Variable got;

  /** Whether the thread stands in one. */
  final Variable isInside;

  SequenceCode(HelperProgram helper, TracingCode tracing, RegistersCode registers) {
    this.tracing = tracing;
    this.registers = registers;
    code = helper.code;
    block = code.memory(SEQUENCE_BYTES);
    vectors = code.memory(32);
    got = code.variable();
    isInside = code.variable();
  }

  void functions() {
    code.function("findSequence", this::find);
  }

  /** A system call is in no sequence. */
  private void find() {
    Value into = registers.register(RegistersCode.RIP).minus(at(block.plus(START)));
    code.set(isInside, constant(0));
    code.when(registers.register(RegistersCode.ORIG_RAX).isAtLeast(0), code::leave);
    code.set(
        got, tracing.traced(PTRACE_GET_RSEQ_CONFIGURATION, constant(CONFIGURATION_BYTES), block));
    code.when(got.isLessThan(CONFIGURATION_BYTES), code::leave);
    code.when(at(block).is(0), code::leave);
    read(at(block).plus(RSEQ_CS), Long.BYTES);
    code.when(at(block).is(0), code::leave);
    read(at(block), SEQUENCE_BYTES);
    code.when(
        into.isAtLeast(0),
        () ->
            code.when(
                into.isLessThan(at(block.plus(LENGTH))), () -> code.set(isInside, constant(1))));
  }

  /** Reads the thread's memory into the block; where there is none, it is in no sequence. */
  private void read(Value address, int bytes) {
    code.store(vectors.plus(16), address);
    code.store(vectors.plus(24), constant(bytes));
    code.store(vectors, block);
    code.store(vectors.plus(8), constant(bytes));
    code.set(
        got,
        systemCall(
            PROCESS_VM_READV,
            tracing.tid,
            vectors,
            constant(1),
            vectors.plus(16),
            constant(1),
            constant(0)));
    code.when(got.isNot(bytes), code::leave);
  }
}
