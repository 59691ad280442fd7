package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.function.Supplier;

/**
 * {@code /proc/PID/pagemap} of one process: an entry of 8 bytes for each page, read in chunks
 * through one direct buffer. The open file stands for the memory it was opened on, whatever process
 * gets the number later.
 *
 * <p>Tests have one whose calls fail.
 */
public class ProcPagemap implements AutoCloseable {

  private static final int CHUNK_ENTRIES = 1 << 14;

  private final Descriptor file;
  private final Supplier<KernelException> gone;
  private final LongBuffer chunk;
  private final long chunkAddress;
  private OthersMemory others = OthersMemory.NONE;

  /**
   * Reads an open file.
   *
   * @param gone says why nothing can be read from it any more
   */
  ProcPagemap(Descriptor file, Supplier<KernelException> gone) {
    this.file = file;
    this.gone = gone;
    ByteBuffer bytes = Sys.struct(CHUNK_ENTRIES * Long.BYTES);
    chunk = bytes.asLongBuffer();
    chunkAddress = Sys.address(bytes);
  }

  /**
   * Opens the file of a process.
   *
   * @throws KernelException EACCES or EPERM if its memory may not be looked at, ENOENT or ESRCH if
   *     there is none
   */
  public static ProcPagemap open(int pid) {
    String path = "/proc/" + pid + "/pagemap";
    return new ProcPagemap(
        Descriptor.open(path, Abi.O_RDONLY),
        () -> new KernelException(Errno.ESRCH, "read " + path));
  }

  /** {@return whether entries have frame numbers and places in swap, as for CAP_SYS_ADMIN} */
  public static boolean showsPlaces() {
    return ZeroPage.frame() != 0;
  }

  /** Does PAGEMAP_SCAN, which newer kernels refuse with ESRCH once the memory has gone. */
  public int scan(long argument) {
    try {
      return file.ioctl(Abi.PAGEMAP_SCAN, argument, "PAGEMAP_SCAN");
    } catch (KernelException e) {
      throw e.errno() == Errno.ESRCH ? gone.get() : e;
    }
  }

  /** Has all scans that arm pass over memory from now on. */
  void leaveToOthers(OthersMemory memory) {
    others = memory;
  }

  /** {@return what scans that arm pass over} */
  OthersMemory others() {
    return others;
  }

  /** {@return the open file's number} */
  public int number() {
    return file.number();
  }

  /** Reads entries into an array from index 0 on; returns how many the address space has. */
  public int read(long startVpn, int count, long[] entries) {
    int done = 0;
    while (done < count) {
      int got = readChunk(startVpn + done, Math.min(count - done, CHUNK_ENTRIES));
      if (got == 0) {
        requireAlive();
        return done;
      }
      chunk.get(0, entries, done, got);
      done += got;
    }
    return done;
  }

  /**
   * Throws ESRCH if the memory has gone: an older kernel's scan of it finds nothing and does not
   * fail, but the first entry cannot be read any more ({@code pagemap_read}, fs/proc/task_mmu.c).
   */
  public void requireAlive() {
    if (readChunk(0, 1) == 0) {
      throw gone.get();
    }
  }

  private int readChunk(long startVpn, int count) {
    long bytes = (long) count * Long.BYTES;
    return (int) file.pread(chunkAddress, bytes, startVpn * Long.BYTES, "read of pagemap")
        / Long.BYTES;
  }

  @Override
  public void close() {
    file.close();
  }
}
