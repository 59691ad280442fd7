package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import java.nio.file.Files;

/**
 * Whether this kernel, and this machine's policy, allow programs at functions at all. That is found
 * out without attaching one, and without reading the kernel's types: a program at a number that
 * stands for no function is EINVAL once it is allowed, and EPERM where it is not.
 */
public final class HookRight {

  /** What allows programs at functions. */
  public static final String RIGHT =
      "CAP_BPF and CAP_PERFMON in the first user namespace, and no policy of the machine against"
          + " programs at the kernel's functions (a BPF LSM, lockdown confidentiality)";

  /** The first type of a kernel is a number type, never a function. */
  private static final int NO_FUNCTION = 1;

  private HookRight() {}

  /**
   * Returns if such programs are allowed.
   *
   * @throws KernelException EOPNOTSUPP if the kernel tells no types; EPERM or EACCES without the
   *     right; ENOSYS or EINVAL of another kind where it knows no such programs
   */
  public static void require() {
    if (!Files.isReadable(Btf.RUNNING)) {
      throw Btf.untold();
    }
    Assembler code = new Assembler();
    code.set(Register.R0, 0);
    code.exit();
    try {
      Bpf.load(code, Hook.When.EXIT, NO_FUNCTION).close();
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
  }
}
