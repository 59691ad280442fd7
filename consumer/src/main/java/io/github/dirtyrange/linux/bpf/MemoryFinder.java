package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.util.OptionalInt;

/**
 * Finds out where the kernel has a process's memory ({@code mm_struct}): a file of /proc is opened
 * that keeps it, and a program sees what {@code proc_mem_open} returns to this thread.
 */
final class MemoryFinder {

  private static final String FUNCTION = "proc_mem_open";

  /** Errors are the highest addresses ({@code MAX_ERRNO}). */
  private static final long LEAST_ERROR = -4095;

  private MemoryFinder() {}

  /**
   * {@return the address of a process's {@code mm_struct}}
   *
   * @throws KernelException ESRCH if the process has no memory; what bpf(2) says
   */
  static long find(Btf btf, int pid) {
    OptionalInt function = btf.function(FUNCTION);
    KernelException.refuseIf(function.isEmpty(), Errno.ENOENT, "function " + FUNCTION);
    try (StateMap state = StateMap.create()) {
      Assembler code = code(state.number(), btf.parameters(function.getAsInt()));
      Descriptor program = Bpf.load(code, Hook.When.EXIT, function.getAsInt());
      Descriptor link = Bpf.attach(program);
      try (program;
          link) {
        state.set(StateMap.SEEKER, thisThread());
        Descriptor.open("/proc/" + pid + "/pagemap", Abi.O_RDONLY).close();
      }
      return checked(state.get(StateMap.FOUND));
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

  private static Assembler code(int state, int parameters) {
    Assembler code = new Assembler();
    Label end = new Label();
    code.move(ValueCode.CONTEXT, Register.R1);
    code.call(Helper.CURRENT_PID_TGID);
    code.mapValue(Register.R1, state, StateMap.SEEKER);
    code.load(Register.R1, Register.R1, 0, Long.BYTES);
    code.jump(If.NOT_EQUAL, Register.R0, Register.R1, end);
    code.load(Register.R2, ValueCode.CONTEXT, parameters * Long.BYTES, Long.BYTES);
    code.mapValue(Register.R1, state, StateMap.FOUND);
    code.store(Register.R1, 0, Register.R2);
    code.place(end);
    code.set(Register.R0, 0);
    code.exit();
    return code;
  }
}
