package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What is mounted at /proc. A process in a PID namespace of its own may still see the /proc of
 * another one: there its numbers, and its children's, lead to strangers.
 */
public final class ProcMount {

  private static final Path SELF = Path.of("/proc/self");

  private ProcMount() {}

  /**
   * Refuses a /proc that shows processes by other numbers than this one knows them by.
   *
   * @throws KernelException EOPNOTSUPP if so; not where nothing is mounted
   */
  public static void requireNoOthers() {
    KernelException.refuseIf(
        isMounted() && !number().equals(Long.toString(ProcessHandle.current().pid())),
        Errno.EOPNOTSUPP,
        "needs the /proc of its own PID namespace, and this one is another's (mount -t proc proc"
            + " /proc, or unshare --mount-proc)");
  }

  /**
   * Refuses to go on without /proc.
   *
   * @throws KernelException EOPNOTSUPP if nothing is mounted there, or another namespace's
   */
  public static void requireOwn() {
    KernelException.refuseIf(
        !isMounted(),
        Errno.EOPNOTSUPP,
        "needs /proc, which is not mounted (mount -t proc proc /proc)");
    requireNoOthers();
  }

  private static boolean isMounted() {
    return Files.exists(SELF, LinkOption.NOFOLLOW_LINKS);
  }

  /** {@return the number that /proc has for this process; empty if it has none} */
  private static String number() {
    try {
      return Files.readSymbolicLink(SELF).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
