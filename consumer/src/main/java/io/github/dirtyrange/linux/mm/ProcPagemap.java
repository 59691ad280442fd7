package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * {@code /proc/PID/pagemap} of one process: an entry of 8 bytes for each page, read in chunks
 * through one direct buffer. The open file stands for the memory it was opened on, whatever process
 * gets the number later.
 */
public final class ProcPagemap implements AutoCloseable {

  private static final int CHUNK_ENTRIES = 1 << 14;

  private final Descriptor file;
  private final String path;
  private final LongBuffer chunk;
  private final long chunkAddress;

  private ProcPagemap(Descriptor file, String path) {
    this.file = file;
    this.path = path;
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
    return new ProcPagemap(Descriptor.open(path, Abi.O_RDONLY), path);
  }

  /** {@return the open file, for PAGEMAP_SCAN} */
  public Descriptor file() {
    return file;
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
   * Throws ESRCH if the process has gone: a scan of it finds nothing and does not fail, but the
   * first entry cannot be read any more ({@code pagemap_read}, fs/proc/task_mmu.c).
   */
  public void requireAlive() {
    if (readChunk(0, 1) == 0) {
      throw new KernelException(Errno.ESRCH, "read " + path);
    }
  }

  private int readChunk(long startVpn, int count) {
    long bytes = (long) count * Long.BYTES;
    return (int) file.pread(chunkAddress, bytes, startVpn * Long.BYTES, "read " + path)
        / Long.BYTES;
  }

  @Override
  public void close() {
    file.close();
  }
}
