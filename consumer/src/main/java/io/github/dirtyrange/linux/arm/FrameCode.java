package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * A signal frame in untouched pages of the thread's stack, as the kernel would put one there for a
 * handler ({@code setup_rt_frame}, arch/x86/kernel/signal_64.c): a thread that nobody holds any
 * more returns from its call into rt_sigreturn(2), and has its registers, its vector registers and
 * its signal mask back.
 */
final class FrameCode {

  private static final int PROCESS_VM_WRITEV = 311;
  private static final int PAGE_BYTES = 4096;
  private static final int NT_X86_XSTATE = 0x202;

  /** Bytes that code below its stack pointer may use (System V ABI). */
  private static final int RED_ZONE_BYTES = 128;

  // asm/sigcontext.h: struct _fpx_sw_bytes, in the bytes that FXSAVE leaves to software
  private static final int SOFTWARE_BYTES = 464;
  private static final int FP_XSTATE_MAGIC1 = 0x46505853;
  private static final int FP_XSTATE_MAGIC2 = 0x46505845;
  private static final int MAGIC2_BYTES = 4;

  /** The tiles of AMX: their state is not always part of a frame. */
  private static final long TILES = 3L << 17;

  private static final int STATE_BYTES = 12 * 1024;

  // asm/sigframe.h: struct rt_sigframe, up to the end of uc_sigmask
  private static final int FLAGS = 8;
  private static final int ALTERNATE_STACK_FLAGS = 32;
  private static final int CONTEXT = 48;
  private static final int SIGNAL_MASK = 304;
  private static final int FRAME_BYTES = 312;

  // struct sigcontext_64, from CONTEXT on
  private static final int AX = CONTEXT + 13 * 8;
  private static final int IP = CONTEXT + 16 * 8;
  private static final int CODE_SEGMENT = CONTEXT + 18 * 8;
  private static final int STACK_SEGMENT = CODE_SEGMENT + 6;
  private static final int FLOATING_POINT = CONTEXT + 23 * 8;

  /** UC_FP_XSTATE, UC_SIGCONTEXT_SS and UC_STRICT_RESTORE_SS. */
  private static final int FLAGS_OF_64_BIT = 7;

  /** Flags that no stack has: the thread's alternate stack is left as it is. */
  private static final int NO_STACK = 0x1234567;

  private static final int SYSCALL_BYTES = 2;

  /** So many pages a frame takes at most. */
  static final int MOST_PAGES = 4;

  /** Lies at the end of a frame's place, so that it is known again: "dirtyfrm". */
  static final long MARK = 0x6D72_6679_7472_6964L;

  private static final int MARK_BYTES = 8;

  /** In the order of struct sigcontext_64, where they are in struct user_regs_struct. */
  private static final int[] GENERAL_REGISTERS = {
    72, 64, 56, 48, 24, 16, 8, 0, 112, 104, 32, 40, 96, 80, 88, 152, 128, 144
  };

  private static final int SS = 160;

  private final HelperProgram helper;
  private final TracingCode tracing;
  private final SmallProgram code;
  private final RegistersCode registers;
  private final Constant state;
  private final Constant frame;
  private final Constant vectors;
  private final Constant mark;

  /** Whether a frame stands. */
  final Variable stands;

  /** Where the thread's stack pointer is to be during a call: on the frame, or where it was. */
  final Variable stackPointer;

  private final Variable frameEnd;
  private final Variable entry;
  private final Variable left;
  private final Variable stateBytes;
  private final Variable stateAddress;
  private final Variable frameAddress;

  FrameCode(HelperProgram helper, TracingCode tracing, RegistersCode registers) {
    this.helper = helper;
    this.tracing = tracing;
    this.registers = registers;
    code = helper.code;
    state = code.memory(STATE_BYTES);
    frame = code.memory(FRAME_BYTES);
    vectors = code.memory(96);
    mark = code.memory(MARK_BYTES);
    stands = code.variable();
    stackPointer = code.variable();
    frameEnd = code.variable();
    entry = code.variable();
    left = code.variable();
    stateBytes = code.variable();
    stateAddress = code.variable();
    frameAddress = code.variable();
  }

  void functions() {
    code.function("standOnFrame", this::standOnFrame);
    code.function("findStack", this::findStack);
    code.function("readState", this::readState);
    code.function("fillFrame", this::fillFrame);
    code.function("writeFrame", this::writeFrame);
  }

  private void standOnFrame() {
    code.set(stands, constant(0));
    code.set(stackPointer, registers.register(RegistersCode.RSP));
    code.when(helper.told(Command.RESTORER).is(0), code::leave);
    code.call("findStack");
    code.when(frameEnd.is(0), code::leave);
    code.call("readState");
    code.when(stateBytes.is(0), code::leave);
    code.set(stateAddress, frameEnd.minus(MARK_BYTES + MAGIC2_BYTES).minus(stateBytes).and(-64));
    code.set(frameAddress, stateAddress.minus(FRAME_BYTES).and(-16).minus(8));
    code.when(frameAddress.isLessThan(frameEnd.minus(MOST_PAGES * PAGE_BYTES)), code::leave);
    code.call("fillFrame");
    code.call("writeFrame");
    code.when(stands.is(1), () -> code.set(stackPointer, frameAddress));
  }

  /** Looks for the stack that the thread provably stands on, among those told. */
  private void findStack() {
    Value fs = registers.register(RegistersCode.FS_BASE);
    code.set(frameEnd, constant(0));
    code.set(entry, helper.command.plus(Command.STACK_TABLE));
    code.set(left, helper.told(Command.STACKS));
    code.loopWhile(
        left.isNot(0),
        () -> {
          code.when(
              stackPointer.minus(RED_ZONE_BYTES).isAtLeast(at(entry)),
              () ->
                  code.when(
                      stackPointer.isLessThan(at(entry.plus(8))),
                      () ->
                          code.when(
                              fs.isAtLeast(at(entry.plus(16))),
                              () ->
                                  code.when(
                                      fs.isLessThan(at(entry.plus(24))),
                                      () -> code.set(frameEnd, at(entry))))));
          code.set(entry, entry.plus(Command.STACK_BYTES));
          code.set(left, left.minus(1));
        });
  }

  /** Reads the vector registers and the signal mask. */
  private void readState() {
    code.store(vectors, state);
    code.store(vectors.plus(8), constant(STATE_BYTES));
    code.set(stateBytes, constant(0));
    code.set(left, tracing.traced(TracingCode.PTRACE_GETREGSET, constant(NT_X86_XSTATE), vectors));
    code.call("countStep");
    code.when(left.isLessThan(0), code::leave);
    code.when(at(state.plus(SOFTWARE_BYTES)).and(TILES).isNot(0), code::leave);
    code.set(
        left, tracing.traced(TracingCode.PTRACE_GETSIGMASK, constant(8), frame.plus(SIGNAL_MASK)));
    code.call("countStep");
    code.when(left.isLessThan(0), code::leave);
    code.set(stateBytes, at(vectors.plus(8)));
  }

  private void fillFrame() {
    Value software = state.plus(SOFTWARE_BYTES);
    code.store(software.plus(8), at(software)); // the features, which ptrace puts first
    code.store(software, constant(FP_XSTATE_MAGIC1), 4);
    code.store(software.plus(4), stateBytes.plus(MAGIC2_BYTES), 4);
    code.store(software.plus(16), stateBytes, 4);
    code.store(state.plus(stateBytes), constant(FP_XSTATE_MAGIC2), 4);
    code.store(frame, helper.told(Command.RESTORER));
    code.store(frame.plus(FLAGS), constant(FLAGS_OF_64_BIT));
    code.store(frame.plus(ALTERNATE_STACK_FLAGS), constant(NO_STACK), 4);
    for (int i = 0; i < GENERAL_REGISTERS.length; i++) {
      code.store(frame.plus(CONTEXT + 8 * i), registers.register(GENERAL_REGISTERS[i]));
    }
    code.store(frame.plus(CODE_SEGMENT), registers.register(RegistersCode.CS), 2);
    code.store(frame.plus(STACK_SEGMENT), registers.register(SS), 2);
    code.store(frame.plus(FLOATING_POINT), stateAddress);
    beginCallAgain();
  }

  /** A call that was to be begun again, or to go on, is begun again. */
  private void beginCallAgain() {
    Value result = registers.register(RegistersCode.RAX);
    code.when(
        registers.register(RegistersCode.ORIG_RAX).isAtLeast(0),
        () -> {
          for (int restart :
              new int[] {
                RegistersCode.ERESTARTSYS,
                RegistersCode.ERESTARTNOINTR,
                RegistersCode.ERESTARTNOHAND,
                RegistersCode.ERESTART_RESTARTBLOCK
              }) {
            code.when(
                result.is(-restart),
                () -> {
                  code.store(frame.plus(AX), registers.register(RegistersCode.ORIG_RAX));
                  code.store(
                      frame.plus(IP), registers.register(RegistersCode.RIP).minus(SYSCALL_BYTES));
                });
          }
        });
  }

  private void writeFrame() {
    Value local = vectors;
    Value remote = vectors.plus(48);
    code.store(mark, constant(MARK));
    code.store(local, state);
    code.store(local.plus(8), stateBytes.plus(MAGIC2_BYTES));
    code.store(local.plus(16), frame);
    code.store(local.plus(24), constant(FRAME_BYTES));
    code.store(local.plus(32), mark);
    code.store(local.plus(40), constant(MARK_BYTES));
    code.store(remote, stateAddress);
    code.store(remote.plus(8), stateBytes.plus(MAGIC2_BYTES));
    code.store(remote.plus(16), frameAddress);
    code.store(remote.plus(24), constant(FRAME_BYTES));
    code.store(remote.plus(32), frameEnd.minus(MARK_BYTES));
    code.store(remote.plus(40), constant(MARK_BYTES));
    code.set(
        left,
        systemCall(
            PROCESS_VM_WRITEV, tracing.tid, local, constant(3), remote, constant(3), constant(0)));
    code.call("countStep");
    code.when(
        left.is(stateBytes.plus(MAGIC2_BYTES + FRAME_BYTES + MARK_BYTES)),
        () -> code.set(stands, constant(1)));
  }
}
