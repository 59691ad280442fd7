package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import io.github.dirtyrange.linux.sys.Threads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/PID}, held open: what is opened below it is of the process that it was opened on, or
 * fails, whoever has the number later.
 *
 * <p>Files are opened below {@code task/TID} of a thread that has memory. The first thread has its
 * own number as the process does, and when it has ended before others, its files show no memory.
 */
final class ProcFolder implements AutoCloseable {

  /** The kernel's {@code saved_auxv} has some 50 numbers. */
  private static final int PROGRAM_BYTES = 1024;

  private static final int STAT_BYTES = 4096;

  /**
   * A thread that executes a program takes the first one's number ({@code de_thread}, fs/exec.c):
   * looked for in between, neither number has memory.
   */
  private static final int MOST_LOOKS = 5;

  /** A program that is being loaded has a vector of nothing but its end, for microseconds. */
  private static final int EMPTY_VECTOR_BYTES = 2 * Long.BYTES;

  private static final int MOST_WAITS = 200;
  private static final long WAIT_NANOS = 500_000;

  /** {@code PF_KTHREAD}, include/linux/sched.h: of the flags in /proc/PID/stat. */
  private static final long PF_KTHREAD = 0x00200000;

  /** The name in {@code /proc/PID/status} has its newlines escaped. */
  private static final Pattern LEADER = Pattern.compile("\nTgid:\t([1-9]\\d*)\n");

  private static final int STAT_STATE = 0;
  private static final int STAT_FLAGS = 6;
  private static final int STAT_STARTED = 19;

  private final int pid;
  private final Descriptor folder;
  private final String name;
  private final ByteBuffer program = Sys.struct(PROGRAM_BYTES);
  private int thread;
  private boolean hadMemory;

  /** Whether a program was being loaded at the last look. */
  private boolean loading;

  private ProcFolder(int pid, Descriptor folder) {
    this.pid = pid;
    this.folder = folder;
    this.name = "/proc/" + pid;
    this.thread = pid;
  }

  /**
   * Opens the folder of a process. A thread's number leads to a folder of its own, with locks of
   * its own: whoever tracks the process there takes the changes of who tracks it here.
   *
   * @throws KernelException ESRCH if there is none; EINVAL if it is the number of a thread
   */
  static ProcFolder open(int pid) {
    ProcFolder folder = new ProcFolder(pid, openNumber(pid));
    int leader = folder.leader();
    if (leader == pid) {
      return folder;
    }
    folder.close();
    throw new KernelException(
        Errno.EINVAL,
        "open process " + pid + ", which is a thread of process " + leader + ": name that one");
  }

  private static Descriptor openNumber(int pid) {
    try {
      return Descriptor.open("/proc/" + pid, Abi.O_RDONLY | Abi.O_DIRECTORY);
    } catch (KernelException e) {
      throw e.errno() == Errno.ENOENT ? new KernelException(Errno.ESRCH, "open process " + pid) : e;
    }
  }

  /** {@return the number of the process, its own if it has ended since the folder was opened} */
  private int leader() {
    ByteBuffer bytes = read("status", Sys.struct(STAT_BYTES));
    Matcher leader = LEADER.matcher(StandardCharsets.ISO_8859_1.decode(bytes));
    return leader.find() ? Integer.parseInt(leader.group(1)) : pid;
  }

  int pid() {
    return pid;
  }

  /** {@return the thread that has memory, as found last} */
  int thread() {
    return thread;
  }

  /**
   * Looks for a thread that has memory, the first one before others.
   *
   * @throws MemoryGoneException if there is none; what had memory here once has ended, whether its
   *     parent has noticed or not, and is no zombie that somebody named
   */
  void findThread() {
    for (int look = 1; !isThreadFound(); look++) {
      if (look >= (loading ? MOST_WAITS : MOST_LOOKS)) {
        throw new MemoryGoneException(pid, whyNoThreadHasMemory());
      }
      if (loading) {
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
  }

  private boolean isThreadFound() {
    loading = false;
    if (hasMemory(pid)) {
      thread = pid;
      return true;
    }
    for (int tid : threads()) {
      if (hasMemory(tid)) {
        thread = tid;
        return true;
      }
    }
    return false;
  }

  /** {@return the threads that are there now} */
  int[] threads() {
    try {
      return Threads.of(folder);
    } catch (KernelException e) {
      return new int[0];
    }
  }

  /** Opens a file of the process's own, which is its first thread's. */
  Descriptor openOfProcess(String file, int flags) {
    return Descriptor.openAt(folder, file, flags, name);
  }

  /** {@return the path to the folder of the threads} */
  Path threadsPath() {
    return Path.of("/proc/self/fd", folder.number() + "/task");
  }

  /** Opens one of the process's own folders, "." being this one. */
  Descriptor openFolder(String folderName) {
    return Descriptor.openAt(folder, folderName, Abi.O_RDONLY | Abi.O_DIRECTORY, name);
  }

  /** {@return the path to a file or folder of the thread that has memory} */
  Path path(String file) {
    return Path.of("/proc/self/fd", folder.number() + "/task/" + thread, file);
  }

  /** Opens a file of the thread that has memory. */
  Descriptor open(String file, int flags) {
    return Descriptor.openAt(folder, "task/" + thread + "/" + file, flags, name);
  }

  /**
   * {@return the auxiliary vector of the thread's program, empty if it has no memory} execve(2)
   * gives every program one of its own, with the addresses to which it, its loader and its stack
   * were randomised. What is returned changes with the next call.
   */
  ByteBuffer program() {
    return read("task/" + thread + "/auxv", program);
  }

  private boolean hasMemory(int tid) {
    int bytes = read("task/" + tid + "/auxv", program).remaining();
    loading |= bytes == EMPTY_VECTOR_BYTES;
    hadMemory |= bytes > 0;
    return bytes > EMPTY_VECTOR_BYTES;
  }

  private Reason whyNoThreadHasMemory() {
    if (loading) {
      return Reason.EXEC;
    }
    String[] fields = stat();
    if (fields.length == 0) {
      return Reason.ENDED;
    }
    if ((Long.parseLong(fields[STAT_FLAGS]) & PF_KTHREAD) != 0) {
      return Reason.KERNEL_THREAD;
    }
    boolean zombie = fields[STAT_STATE].equals("Z");
    return zombie && !hadMemory ? Reason.ZOMBIE : Reason.ENDED;
  }

  /** {@return the fields of {@code stat} behind the name; none if the process has gone} */
  private String[] stat() {
    ByteBuffer bytes = read("stat", Sys.struct(STAT_BYTES));
    if (!bytes.hasRemaining()) {
      return new String[0];
    }
    String stat = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    // The name in parentheses may hold spaces and parentheses.
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  /** {@return when the process started, in ticks since the machine did; 0 if it has gone} */
  long startTicks() {
    String[] fields = stat();
    return fields.length > STAT_STARTED ? Long.parseLong(fields[STAT_STARTED]) : 0;
  }

  /** {@return the beginning of a file, nothing if the process or thread has gone} */
  private ByteBuffer read(String file, ByteBuffer bytes) {
    int most = bytes.clear().capacity();
    try (Descriptor open = Descriptor.openAt(folder, file, Abi.O_RDONLY, name)) {
      long got = open.read(Sys.address(bytes), most, "read " + name + "/" + file);
      return bytes.limit((int) got);
    } catch (KernelException e) {
      if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT) {
        return bytes.limit(0);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
