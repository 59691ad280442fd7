package io.github.dirtyrange.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** What this process may do, taken from one thread of it: rights belong to threads. */
public final class OwnRights {

  /** To look at processes of others, and to stop them. */
  public static final int CAP_SYS_PTRACE = 19;

  // asm/unistd_64.h, linux/prctl.h, linux/capability.h
  private static final int SYS_CAPGET = 125;
  private static final int SYS_CAPSET = 126;
  private static final int SYS_PRCTL = 157;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int VERSION_3 = 0x20080522;
  private static final int SET_BYTES = 24;

  private OwnRights() {}

  /** Does something in a thread of its own that lacks a right, as do processes started there. */
  public static <T> T without(int capability, Callable<T> action) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              assumeTrue(drop(capability), "rights can be taken from root alone");
              return action.call();
            });
    Thread thread = new Thread(task);
    thread.start();
    thread.join();
    return task.get();
  }

  private static boolean drop(int capability) {
    ByteBuffer header = Sys.struct(2 * Integer.BYTES).putInt(0, VERSION_3);
    ByteBuffer sets = Sys.struct(SET_BYTES);
    if (Sys.libc().syscall(SYS_PRCTL, PR_CAPBSET_DROP, capability) != 0
        || Sys.libc().syscall(SYS_CAPGET, Sys.address(header), Sys.address(sets)) != 0) {
      return false;
    }
    for (int set = 0; set < 3; set++) {
      int at = set * Integer.BYTES;
      sets.putInt(at, sets.getInt(at) & ~(1 << capability));
    }
    return Sys.libc().syscall(SYS_CAPSET, Sys.address(header), Sys.address(sets)) == 0;
  }
}
