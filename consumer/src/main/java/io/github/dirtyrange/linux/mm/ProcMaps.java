package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /proc/PID/maps} of one memory, held open. */
public final class ProcMaps implements AutoCloseable {

  private static final String FILE = "maps";
  private static final int CHUNK_BYTES = 1 << 16;

  private final MemoryIdentity identity;
  private final ByteBuffer chunk = Sys.struct(CHUNK_BYTES);
  private Descriptor file;
  private String lastText = "";
  private List<Vma> last = List.of();

  /** Opens the file. */
  public ProcMaps(MemoryIdentity identity) {
    this.identity = identity;
    file = identity.open(FILE, Abi.O_RDONLY);
  }

  /**
   * {@return the mappings in ascending order, disjoint} The same list as before where nothing has
   * changed: parsing costs many times as much as reading.
   *
   * @throws io.github.dirtyrange.kernel.MemoryGoneException once the memory has gone
   */
  public List<Vma> read() {
    String text = readText();
    if (!text.equals(lastText)) {
      lastText = text;
      last = MapsText.settled(text, () -> lastText = readText());
    }
    return last;
  }

  /**
   * {@return the part of some ranges that is mapped now; all of them if nothing is}
   *
   * @throws io.github.dirtyrange.kernel.MemoryGoneException once the memory has gone
   */
  public TrackedRanges within(TrackedRanges ranges) {
    List<PageRange> mapped = MappedParts.cover(MappedParts.of(read(), ranges));
    return mapped.isEmpty() ? ranges : TrackedRanges.of(mapped);
  }

  /** The file shows nothing, though the memory may live, once its thread has ended. */
  private void reopen() {
    identity.renewThread();
    Descriptor reopened = identity.open(FILE, Abi.O_RDONLY);
    file.close();
    file = reopened;
    identity.requireSame();
  }

  private String readText() {
    String text = readUntilEnd();
    if (text.isEmpty()) {
      reopen();
      text = readUntilEnd();
    }
    if (text.isEmpty()) {
      throw identity.gone();
    }
    return text;
  }

  /** {@return the whole text, nothing if its thread or the memory went before its end} */
  private String readUntilEnd() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(CHUNK_BYTES);
    byte[] bytes = new byte[CHUNK_BYTES];
    long address = Sys.address(chunk);
    try {
      for (int got; (got = read(address, text.size())) > 0; ) {
        chunk.get(0, bytes, 0, got);
        text.write(bytes, 0, got);
      }
    } catch (KernelException e) {
      if (e.errno() == Errno.ESRCH) {
        return "";
      }
      throw e;
    }
    // A memory that goes between two reads ends the text early, and in silence (m_start).
    identity.pagemap().requireAlive();
    return text.toString(StandardCharsets.UTF_8);
  }

  private int read(long address, long offset) {
    return (int) file.pread(address, CHUNK_BYTES, offset, "read of maps");
  }

  @Override
  public void close() {
    file.close();
  }
}
