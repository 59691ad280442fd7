package io.github.dirtyrange.conform.agent;

import io.github.dirtyrange.elf.ElfWriter;
import io.github.dirtyrange.elf.X64Assembler;
import io.github.dirtyrange.elf.X64Assembler.Condition;
import io.github.dirtyrange.elf.X64Assembler.Register;

/**
 * The agent's program: a static executable for Linux on x86-64, made of machine code.
 *
 * <p>It reads commands of eight longs (kind, then seven operands) from one descriptor, obeys, and
 * writes replies of two longs (signal, value) to another; it ends when no command can be read.
 *
 * <pre>
 *   kind          operands                     reply
 *   SYSTEM_CALL   number, six arguments        0, result or -errno
 *   LOAD          -, address                   0, the eight bytes there; or signal, si_code
 *   STORE         -, address, value            0, 0; or signal, si_code
 *   FORK          -, input, output             0, child's pid; the child obeys that input
 * </pre>
 *
 * <p>A fault that the kernel answers with SIGSEGV or SIGBUS becomes the reply: the handler drops
 * the signal frame and goes on with the next command.
 */
final class ElfAgent {

  static final int SYSTEM_CALL = 0;
  static final int LOAD = 1;
  static final int STORE = 2;
  static final int FORK = 3;

  /** Bytes of a command. */
  static final int COMMAND_BYTES = 8 * Long.BYTES;

  /** Bytes of a reply. */
  static final int REPLY_BYTES = 2 * Long.BYTES;

  /** Where arguments that are passed by reference may be put. */
  static final long SCRATCH = 0x601000;

  /** Bytes at {@link #SCRATCH}. */
  static final int SCRATCH_BYTES = 1 << 20;

  /** Where the code is. */
  static final long TEXT = ElfWriter.TEXT;

  private static final long DATA = 0x600000;

  private static final int REPLY = COMMAND_BYTES;
  private static final int ACTION = REPLY + REPLY_BYTES;

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int RT_SIGACTION = 13;
  private static final int FORK_CALL = 57;
  private static final int EXIT_GROUP = 231;
  private static final int PRCTL = 157;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int SIGBUS = 7;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;
  private static final long SA_SIGINFO = 4;
  private static final long SA_RESTORER = 0x04000000L;
  private static final long SA_NODEFER = 0x40000000L;

  /** Registers that keep their meaning throughout; the kernel preserves them. */
  private static final Register BASE = Register.RBX;

  private static final Register INPUT = Register.R12;
  private static final Register OUTPUT = Register.R13;
  private static final Register RECEIVED = Register.R14;
  private static final Register STACK = Register.R15;

  private final X64Assembler code = new X64Assembler(ElfWriter.ENTRY);

  private ElfAgent() {}

  /** {@return the executable file's bytes} */
  static byte[] image() {
    ElfAgent agent = new ElfAgent();
    agent.start();
    agent.receive();
    agent.obey();
    agent.reply();
    agent.onSignal();
    return ElfWriter.executable(agent.code.assemble(), DATA, SCRATCH - DATA + SCRATCH_BYTES);
  }

  private void start() {
    code.set(BASE, DATA);
    code.set(INPUT, 0);
    code.set(OUTPUT, 1);
    code.move(STACK, Register.RSP);
    code.setAddress(Register.RAX, "signal");
    code.store(BASE, ACTION, Register.RAX);
    code.store(BASE, ACTION + 16, Register.RAX);
    code.set(Register.RAX, SA_SIGINFO | SA_RESTORER | SA_NODEFER);
    code.store(BASE, ACTION + 8, Register.RAX);
    install(SIGSEGV);
    install(SIGBUS);
  }

  private void install(int signal) {
    code.set(Register.RDI, signal);
    code.set(Register.RSI, DATA + ACTION);
    code.set(Register.RDX, 0);
    code.set(Register.R10, Long.BYTES);
    call(RT_SIGACTION);
  }

  private void receive() {
    code.label("next");
    code.set(RECEIVED, 0);
    code.label("more");
    code.move(Register.RDI, INPUT);
    code.move(Register.RSI, BASE);
    code.add(Register.RSI, RECEIVED);
    code.set(Register.RDX, COMMAND_BYTES);
    code.subtract(Register.RDX, RECEIVED);
    call(READ);
    code.compare(Register.RAX, 0);
    code.jumpIf(Condition.LESS_OR_EQUAL, "end");
    code.add(RECEIVED, Register.RAX);
    code.compare(RECEIVED, COMMAND_BYTES);
    code.jumpIf(Condition.BELOW, "more");
  }

  private void obey() {
    code.load(Register.RAX, BASE, 0);
    code.load(Register.RDI, BASE, 2 * Long.BYTES);
    code.load(Register.RSI, BASE, 3 * Long.BYTES);
    code.compare(Register.RAX, LOAD);
    code.jumpIf(Condition.EQUAL, "load");
    code.compare(Register.RAX, STORE);
    code.jumpIf(Condition.EQUAL, "store");
    code.compare(Register.RAX, FORK);
    code.jumpIf(Condition.EQUAL, "fork");
    systemCall();
    load();
    store();
    fork();
    code.label("end");
    code.set(Register.RDI, 0);
    call(EXIT_GROUP);
  }

  private void systemCall() {
    code.load(Register.RAX, BASE, Long.BYTES);
    code.load(Register.RDX, BASE, 4 * Long.BYTES);
    code.load(Register.R10, BASE, 5 * Long.BYTES);
    code.load(Register.R8, BASE, 6 * Long.BYTES);
    code.load(Register.R9, BASE, 7 * Long.BYTES);
    code.systemCall();
    code.jump("reply");
  }

  private void load() {
    code.label("load");
    code.load(Register.RAX, Register.RDI, 0);
    code.jump("reply");
  }

  private void store() {
    code.label("store");
    code.store(Register.RDI, 0, Register.RSI);
    code.set(Register.RAX, 0);
    code.jump("reply");
  }

  private void fork() {
    code.label("fork");
    call(FORK_CALL);
    code.compare(Register.RAX, 0);
    code.jumpIf(Condition.NOT_EQUAL, "reply");
    code.load(INPUT, BASE, 2 * Long.BYTES);
    code.load(OUTPUT, BASE, 3 * Long.BYTES);
    code.set(Register.RDI, PR_SET_PDEATHSIG);
    code.set(Register.RSI, SIGKILL);
    call(PRCTL);
    code.jump("next");
  }

  private void reply() {
    code.label("reply");
    code.store(BASE, REPLY + Long.BYTES, Register.RAX);
    code.set(Register.RAX, 0);
    code.store(BASE, REPLY, Register.RAX);
    code.label("send");
    code.move(Register.RDI, OUTPUT);
    code.set(Register.RSI, DATA + REPLY);
    code.set(Register.RDX, REPLY_BYTES);
    call(WRITE);
    code.jump("next");
  }

  /** Entered with the signal in RDI and its siginfo, whose third int is si_code, at RSI. */
  private void onSignal() {
    code.label("signal");
    code.move(Register.RSP, STACK);
    code.store(BASE, REPLY, Register.RDI);
    code.load(Register.RAX, Register.RSI, 2 * Integer.BYTES);
    code.store(BASE, REPLY + Long.BYTES, Register.RAX);
    code.jump("send");
  }

  private void call(int number) {
    code.set(Register.RAX, number);
    code.systemCall();
  }
}
