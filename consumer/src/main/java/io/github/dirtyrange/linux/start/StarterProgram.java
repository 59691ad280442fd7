package io.github.dirtyrange.linux.start;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/**
 * The program that waits in the place of a command and then executes it. Its arguments are its own
 * name and the command's.
 *
 * <p>It opens two pipes of ours, says that it is there, waits for a byte, puts back what a Java
 * virtual machine has changed for its children (signals that were blocked or ignored, what a core
 * dump has in it, the limit of open files), and executes the command. The pipes are closed by that.
 * If it fails, it sends the error; a script without an interpreter of its own (ENOEXEC) is then
 * executed by the shell. If we have gone before the byte came, it ends.
 */
public final class StarterProgram {

  // asm/unistd_64.h
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int OPEN = 2;
  private static final int CLOSE = 3;
  private static final int RT_SIGACTION = 13;
  private static final int RT_SIGPROCMASK = 14;
  private static final int EXECVE = 59;
  private static final int PRLIMIT64 = 302;

  private static final int READ_CLOSED_BY_EXEC = 0x80000;
  private static final int WRITE_CLOSED_BY_EXEC = 0x80001;
  private static final int WRITE_ONLY = 1;
  private static final int SIG_SETMASK = 2;
  private static final int LAST_SIGNAL = 64;

  /** The handler, flags, the restorer, and the signals that are blocked meanwhile. */
  private static final int SIGACTION_BYTES = 4 * Long.BYTES;

  private static final int RLIMIT_NOFILE = 7;
  private static final int FAILED = 125;
  private static final int ENOEXEC = 8;
  private static final String SHELL = "/bin/sh";

  private final SmallProgram code = new SmallProgram();

  private StarterProgram() {}

  /**
   * {@return the program}
   *
   * @param go the path of the pipe on which it waits for a byte
   * @param said the path of the pipe on which it says what it does
   * @param path the file to execute
   * @param before what was before this virtual machine
   */
  public static byte[] image(String go, String said, String path, BeforeUs before) {
    StarterProgram program = new StarterProgram();
    program.write(go, said, path, before);
    return program.code.executable();
  }

  private void write(String goPath, String saidPath, String path, BeforeUs before) {
    code.function(
        "main",
        () -> {
          Variable go = opened(goPath, READ_CLOSED_BY_EXEC);
          Variable said = opened(saidPath, WRITE_CLOSED_BY_EXEC);
          Constant word = code.memory(Long.BYTES);
          code.run(systemCall(WRITE, said, word, constant(Long.BYTES)));
          Value got = systemCall(READ, go, word, constant(1));
          code.when(got.isNot(1), () -> code.exit(constant(FAILED)));
          putBack(before);
          Variable result = code.variable();
          code.set(result, execute(text(path)));
          code.store(word, result);
          code.run(systemCall(WRITE, said, word, constant(Long.BYTES)));
          code.when(result.is(-ENOEXEC), () -> executeByShell(text(path), said, word));
          code.exit(constant(FAILED));
        });
  }

  private Variable opened(String path, int flags) {
    Variable descriptor = code.variable();
    code.set(descriptor, systemCall(OPEN, text(path), constant(flags)));
    code.when(descriptor.isLessThan(0), () -> code.exit(constant(FAILED)));
    return descriptor;
  }

  private void putBack(BeforeUs before) {
    before.ignoredSignals().ifPresent(this::ignore);
    before.coredumpFilter().ifPresent(this::setCoredumpFilter);
    before.openFiles().ifPresent(this::setOpenFiles);
    Constant mask = code.memory(Long.BYTES);
    code.store(mask, constant(before.blockedSignals()));
    code.run(
        systemCall(RT_SIGPROCMASK, constant(SIG_SETMASK), mask, constant(0), constant(Long.BYTES)));
  }

  /** Of each signal: SIG_IGN is 1, and SIG_DFL 0. That SIGKILL and SIGSTOP are refused is right. */
  private void ignore(long signals) {
    Constant action = code.memory(SIGACTION_BYTES);
    Variable left = code.variable();
    Variable signal = code.variable();
    code.set(left, constant(signals));
    code.set(signal, constant(1));
    code.loopWhile(
        signal.isLessThan(LAST_SIGNAL + 1),
        () -> {
          code.store(action, left.and(1));
          code.run(systemCall(RT_SIGACTION, signal, action, constant(0), constant(Long.BYTES)));
          code.set(left, left.shiftedRight(1));
          code.set(signal, signal.plus(1));
        });
  }

  /** Kernels without core dumps have no such file. */
  private void setCoredumpFilter(long filter) {
    String number = "0x" + Long.toHexString(filter);
    Variable file = code.variable();
    code.set(file, systemCall(OPEN, text("/proc/self/coredump_filter"), constant(WRITE_ONLY)));
    code.run(systemCall(WRITE, file, text(number), constant(number.length())));
    code.run(systemCall(CLOSE, file));
  }

  private void setOpenFiles(long soft) {
    Constant limit = code.memory(2 * Long.BYTES);
    code.run(systemCall(PRLIMIT64, constant(0), constant(RLIMIT_NOFILE), constant(0), limit));
    code.store(limit, constant(soft));
    code.run(systemCall(PRLIMIT64, constant(0), constant(RLIMIT_NOFILE), limit, constant(0)));
  }

  private Value execute(Value file) {
    Variable stack = code.arguments();
    return systemCall(EXECVE, file, stack.plus(2 * Long.BYTES), environment());
  }

  /** Behind the number of arguments, the arguments and a null. */
  private Value environment() {
    Variable stack = code.arguments();
    Variable environment = code.variable();
    code.set(environment, stack.plus(2 * Long.BYTES));
    code.set(environment, at(stack).shiftedLeft(3).plus(environment));
    return environment;
  }

  /** The shell gets its own name, the script, and the command's arguments behind its name. */
  private void executeByShell(Value script, Value said, Constant word) {
    Variable stack = code.arguments();
    Value environment = environment();
    Constant shell = text(SHELL);
    code.store(stack.plus(Long.BYTES), shell);
    code.store(stack.plus(2 * Long.BYTES), script);
    code.store(word, systemCall(EXECVE, shell, stack.plus(Long.BYTES), environment));
    code.run(systemCall(WRITE, said, word, constant(Long.BYTES)));
  }

  /** {@return the address of a text that the program puts into its memory first} */
  private Constant text(String text) {
    byte[] bytes = text.getBytes(Charset.defaultCharset());
    int words = bytes.length / Long.BYTES + 1;
    ByteBuffer padded =
        ByteBuffer.allocate(words * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).put(0, bytes);
    Constant memory = code.memory(words * Long.BYTES);
    for (int i = 0; i < words; i++) {
      code.store(
          constant(memory.number() + (long) i * Long.BYTES),
          constant(padded.getLong(i * Long.BYTES)));
    }
    return memory;
  }
}
