package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Errno;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether two threads or processes have one and the same of something, by kcmp(2). */
public enum Sharing {
  /** Both have the same now. */
  SHARED,
  /**
   * Each has its own: for good, since none comes to share what it does not; or one of them is
   * ending and has none any more.
   */
  APART,
  /** One of them has gone. */
  GONE,
  /** The kernel does not say: a kernel without CONFIG_KCMP, or a process we may not look at. */
  UNKNOWN;

  private static final long KCMP_FILE = 0;
  private static final long KCMP_VM = 1;
  private static final long KCMP_FILES = 2;

  /** {@return whether they have one memory (CLONE_VM, vfork); processes by their first threads} */
  public static Sharing ofMemory(int one, int other) {
    return compare(one, other, KCMP_VM, 0, 0);
  }

  /** {@return whether they have the same descriptors (CLONE_FILES)} */
  public static Sharing ofDescriptors(int one, int other) {
    return compare(one, other, KCMP_FILES, 0, 0);
  }

  /**
   * {@return whether the descriptor of a process is the same open file as one of ours} {@link
   * #APART} if it has none of that number.
   */
  public static Sharing ofOpenFile(Descriptor ours, int other, int number) {
    int own = (int) ProcessHandle.current().pid();
    return compare(own, other, KCMP_FILE, ours.number(), number);
  }

  private static Sharing compare(int one, int other, long what, int first, int second) {
    long order = Sys.libc().syscall(Abi.SYS_KCMP, one, other, what, first, second);
    if (order != -1) {
      return order == 0 ? SHARED : APART;
    }
    int error = Sys.errno();
    if (error == Errno.EBADF.number()) {
      return APART;
    }
    boolean gone = error == Errno.ESRCH.number() || !isThere(one) || !isThere(other);
    return gone ? GONE : UNKNOWN;
  }

  private static boolean isThere(int pid) {
    return Files.exists(Path.of("/proc", Integer.toString(pid)));
  }
}
