package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Finds out where the kernel has a process's memory ({@code mm_struct}): a file of /proc is opened
 * that is of this memory, and a program sees what {@code proc_mem_open} returns to this thread. The
 * place stays that memory's for as long as somebody keeps such a file open.
 */
final class MemoryFinder {

  private static final String FUNCTION = "proc_mem_open";

  /** Errors are the highest addresses ({@code MAX_ERRNO}). */
  private static final long LEAST_ERROR = -4095;

  // The words of a map: the thread that looks, and what it has found.
  private static final int SEEKER = 0;
  private static final int FOUND = 8;

  /** {@code struct bpf_pidns_info}: thread and process, four bytes each. */
  private static final int NUMBERS_BYTES = 8;

  /** Numbers of processes are those of this namespace, in a container not the first. */
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  private final int function;
  private final int parameters;

  /**
   * Finds by a function of this kernel.
   *
   * @throws KernelException ENOENT if it has none of that name
   */
  MemoryFinder(Btf btf) {
    OptionalInt found = btf.function(FUNCTION);
    KernelException.refuseIf(found.isEmpty(), Errno.ENOENT, "function " + FUNCTION);
    function = found.getAsInt();
    parameters = btf.parameters(function);
  }

  /**
   * {@return the address of the {@code mm_struct} that a process's thread has}
   *
   * @param pagemap the thread's file
   * @throws KernelException ESRCH if it has no memory; what bpf(2) says
   */
  long find(Path pagemap) {
    try (WordMap words = WordMap.create(1, 2);
        Descriptor program = Bpf.load(code(words.number()), Hook.When.EXIT, function)) {
      words.set(0, SEEKER, thisThread());
      Descriptor link = Bpf.attach(program);
      try (link) {
        Descriptor.open(pagemap.toString(), Abi.O_RDONLY).close();
      }
      return checked(words.get(0, FOUND));
    }
  }

  private static long checked(long found) {
    KernelException.refuseIf(found == 0, Errno.ESRCH, "looking for a process's memory");
    KernelException.refuseIf(
        Long.compareUnsigned(found, LEAST_ERROR) >= 0, Errno.ESRCH, "opening a process's memory");
    return found;
  }

  /** Process and thread, as the kernel's helper has them. */
  private static long thisThread() {
    long thread = Sys.check(Sys.libc().syscall(Abi.SYS_GETTID), "gettid");
    return ProcessHandle.current().pid() << 32 | thread;
  }

  private Assembler code(int words) {
    Assembler code = new Assembler();
    Label end = new Label();
    code.move(ValueCode.CONTEXT, Register.R1);
    code.setWide(Register.R1, namespace("dev"));
    code.setWide(Register.R2, namespace("ino"));
    code.move(Register.R3, Register.FRAME);
    code.operate(Operation.ADD, Register.R3, -NUMBERS_BYTES);
    code.set(Register.R4, NUMBERS_BYTES);
    code.call(Helper.NAMESPACE_PID_TGID);
    code.jump(If.NOT_EQUAL, Register.R0, 0, end);
    code.load(Register.R0, Register.FRAME, -NUMBERS_BYTES, Long.BYTES);
    code.mapValue(Register.R1, words, SEEKER);
    code.load(Register.R1, Register.R1, 0, Long.BYTES);
    code.jump(If.NOT_EQUAL, Register.R0, Register.R1, end);
    code.load(Register.R2, ValueCode.CONTEXT, parameters * Long.BYTES, Long.BYTES);
    code.mapValue(Register.R1, words, FOUND);
    code.store(Register.R1, 0, Register.R2);
    code.place(end);
    code.set(Register.R0, 0);
    code.exit();
    return code;
  }

  /**
   * {@return by which number the kernel knows this namespace} It is a file of a file system without
   * a device, whose number is the same for the kernel and for stat(2).
   */
  private static long namespace(String what) {
    try {
      return ((Number) Files.getAttribute(NAMESPACE, "unix:" + what)).longValue();
    } catch (IOException e) {
      throw new KernelException(Errno.ENOENT, "stat of " + NAMESPACE);
    }
  }
}
