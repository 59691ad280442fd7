package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory that a process had when it was opened. A number may come to mean another process, and
 * a process other memory (execve); this never does.
 *
 * <p>The open {@code pagemap} and {@code mem} keep the memory that they were opened on, and read
 * nothing once its last user has gone ({@code proc_mem_open}, {@code mmget_not_zero}). For what
 * goes by a number, {@link #requireSame} says afterwards whether it reached this memory: an exec
 * cannot be undone, so what is the same now has been all along.
 *
 * <p>What it cannot tell: a process that shares its memory with another (vfork, CLONE_VM) and alone
 * runs the same program anew, on a machine that randomises no addresses.
 */
public final class MemoryIdentity implements AutoCloseable {

  private static final int MOST_ATTEMPTS = 5;

  private final ProcFolder folder;
  private final ByteBuffer program;
  private final ProcPagemap pagemap;
  private final Optional<Descriptor> mem;
  private final RearmingTurns rearming = new RearmingTurns(this);

  private MemoryIdentity(ProcFolder folder) {
    this.folder = folder;
    folder.findThread();
    program = copy(folder.program());
    pagemap = new ProcPagemap(folder.open("pagemap", Abi.O_RDONLY), this::gone);
    mem = openMem(folder);
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.nativeOrder()).put(bytes).flip();
  }

  /** Reading pages may be refused where looking at pagemap is not. */
  private static Optional<Descriptor> openMem(ProcFolder folder) {
    try {
      return Optional.of(folder.open("mem", Abi.O_RDONLY));
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** {@return when the process started, in ticks since the machine did; 0 if it has gone} */
  public long startTicks() {
    return folder.startTicks();
  }

  /**
   * Opens a process's memory.
   *
   * @throws MemoryGoneException if it has none: a thread of the kernel, or a process that has ended
   * @throws KernelException ESRCH if there is no such process, EACCES or EPERM if its memory may
   *     not be looked at
   */
  public static MemoryIdentity open(int pid) {
    MemoryIdentity identity = of(ProcFolder.open(pid));
    try {
      identity.requireSame();
      return identity;
    } catch (KernelException e) {
      identity.close();
      throw e;
    }
  }

  private static MemoryIdentity of(ProcFolder folder) {
    for (int attempt = 1; ; attempt++) {
      try {
        return new MemoryIdentity(folder);
      } catch (KernelException e) {
        KernelException why = whyNone(folder, e);
        if (why != e || attempt == MOST_ATTEMPTS || !isOfAThread(e)) {
          folder.close();
          throw why;
        }
      }
    }
  }

  /**
   * A thread may have ended, or executed a program and so lost its number, while its files open.
   */
  private static boolean isOfAThread(KernelException failure) {
    return failure.errno() == Errno.ESRCH || failure.errno() == Errno.ENOENT;
  }

  /** A process that ends while it is opened is said to have ended. */
  private static KernelException whyNone(ProcFolder folder, KernelException failure) {
    try {
      if (isOfAThread(failure)) {
        folder.findThread();
      }
      return failure;
    } catch (MemoryGoneException e) {
      return e;
    }
  }

  /** {@return the process's number} */
  public int pid() {
    return folder.pid();
  }

  /** {@return the auxiliary vector of its program, by which it is known} */
  public ByteBuffer program() {
    return program.asReadOnlyBuffer();
  }

  /**
   * {@return the bytes that its program drew, as they are now; nothing if they cannot be read}
   *
   * @throws MemoryGoneException if the memory has gone
   */
  public Optional<ProgramSeed> seed() {
    OptionalLong at = ProgramSeed.address(program);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    long address = at.getAsLong();
    ProgramSeed seed = new ProgramSeed(address, word(address), word(address + Long.BYTES));
    pagemap.requireAlive();
    return seed.isRead() ? Optional.of(seed) : Optional.empty();
  }

  /** {@return eight bytes of this memory, 0 where they cannot be read} */
  public long word(long address) {
    ByteBuffer bytes = bytes(address, Long.BYTES);
    return bytes.limit() == Long.BYTES ? bytes.getLong(0) : 0;
  }

  /** {@return bytes of this memory, as many as can be read} */
  public ByteBuffer bytes(long address, int count) {
    ByteBuffer bytes = Sys.struct(count);
    try {
      return bytes.limit(
          mem.isEmpty()
              ? 0
              : (int) mem.get().pread(Sys.address(bytes), count, address, "read of mem"));
    } catch (KernelException e) {
      return bytes.limit(0);
    }
  }

  /** {@return who arms this memory's pages again} */
  public RearmingTurns rearming() {
    return rearming;
  }

  /** {@return the pagemap of this memory} */
  public ProcPagemap pagemap() {
    return pagemap;
  }

  /** {@return {@code /proc/PID/mem} of this memory, if reading it is allowed} */
  Optional<Descriptor> mem() {
    return mem;
  }

  /** {@return the number of a thread that has this memory, for calls that go by number} */
  public int thread() {
    return folder.thread();
  }

  /**
   * Looks for another thread, after a call failed for the last one.
   *
   * @throws MemoryGoneException if no thread has this memory
   */
  void renewThread() {
    folder.findThread();
    requireSame();
  }

  /** {@return the path to the folder of the process's threads} */
  public Path threads() {
    return folder.threadsPath();
  }

  /** {@return the path to a file or folder of a thread that has this memory} */
  public Path path(String file) {
    return folder.path(file);
  }

  /** Opens a file of a thread that has this memory; which it was, the caller asks afterwards. */
  Descriptor open(String file, int flags) {
    try {
      return folder.open(file, flags);
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENOENT) {
        throw e;
      }
      renewThread();
      return folder.open(file, flags);
    }
  }

  /**
   * Opens a file of the process, by its first thread where that has this memory, and by another one
   * where it has ended; whose it was, the caller asks afterwards.
   */
  public Descriptor openOfProcess(String file, int flags) {
    return folder.thread() == folder.pid() ? folder.openOfProcess(file, flags) : open(file, flags);
  }

  /**
   * Claims that this process is tracked by nobody else in a way of which there can be one only: two
   * trackers that arm pages again take each other's changes. The claim is a lock on one of the
   * process's folders in /proc, so that it is known to all that claim so, in any process; it ends
   * when it is closed. Who arms without a claim is not noticed.
   *
   * @param what the way
   * @throws KernelException EBUSY if somebody has claimed it
   */
  public Descriptor claim(Claim what) {
    Descriptor claimed = folder.openFolder(what.folder);
    if (!claimed.lock()) {
      claimed.close();
      throw new KernelException(
          Errno.EBUSY, what.title + " process " + pid() + ", which is tracked so already");
    }
    return claimed;
  }

  /** Ways to track a process of which there can be one only. */
  public enum Claim {
    QUEUE(".", "opening a change queue on"),
    ARMING("task", "arming");

    private final String folder;
    private final String title;

    Claim(String folder, String title) {
      this.folder = folder;
      this.title = title;
    }
  }

  /**
   * Throws if the process has another memory by now than this one, or none; if not, every call by
   * number and every file opened until now was of this memory.
   */
  public void requireSame() {
    pagemap.requireAlive();
    if (!folder.program().equals(program)) {
      folder.findThread();
      if (!folder.program().equals(program)) {
        throw new MemoryGoneException(pid(), Reason.EXEC);
      }
    }
  }

  /** {@return why this memory, whose files read nothing any more, has gone} */
  public MemoryGoneException gone() {
    try {
      folder.findThread();
      return new MemoryGoneException(pid(), Reason.EXEC);
    } catch (MemoryGoneException e) {
      return e;
    } catch (KernelException e) {
      if (e.errno() != Errno.EACCES && e.errno() != Errno.EPERM) {
        throw e;
      }
      // A program of more rights, which may not be looked at any more.
      return new MemoryGoneException(pid(), Reason.EXEC);
    }
  }

  /**
   * Writes a number to {@code /proc/PID/clear_refs}. The kernel asks for the memory of the file's
   * thread at that moment: an exec in the microseconds before it means that bits of the new program
   * were cleared, which is thrown and cannot be undone.
   */
  public void clearRefs(int value) {
    // A thread that has ended takes the number and does nothing, so one with memory is asked.
    renewThread();
    try (Descriptor file = open("clear_refs", Abi.O_WRONLY)) {
      file.write(Integer.toString(value), "write " + value + " to /proc/" + pid() + "/clear_refs");
    }
    requireSame();
  }

  @Override
  public void close() {
    mem.ifPresent(Descriptor::close);
    pagemap.close();
    folder.close();
  }
}
