package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/PID/maps} of one memory, held open. */
public final class ProcMaps implements AutoCloseable {

  /**
   * {@code show_map_vma}, fs/proc/task_mmu.c: start-end rights offset device inode path. A line
   * ends with a newline alone: any other character may be part of a path.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "(\\p{XDigit}+)-(\\p{XDigit}+) ([r-])([w-])([x-])([sp]) "
              + "(\\p{XDigit}+) \\p{XDigit}+:\\p{XDigit}+ (\\d+) *(.*)",
          Pattern.DOTALL);

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
   * {@return the mappings in ascending order} The same list as before where nothing has changed:
   * parsing costs many times as much as reading.
   *
   * @throws io.github.dirtyrange.kernel.MemoryGoneException once the memory has gone
   */
  public List<Vma> read() {
    String text = readText();
    if (text.isEmpty()) {
      reopen();
      text = readText();
    }
    if (text.isEmpty()) {
      throw identity.gone();
    }
    if (!text.equals(lastText)) {
      last = parse(text);
      lastText = text;
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

  /** {@return the mappings that lines of the file describe} */
  static List<Vma> parse(String text) {
    return Pattern.compile("\n").splitAsStream(text).map(ProcMaps::parseLine).toList();
  }

  private static Vma parseLine(String line) {
    Matcher field = LINE.matcher(line);
    if (!field.matches()) {
      throw new IllegalArgumentException("not a line of /proc/PID/maps: " + line);
    }
    return new Vma(
        Pages.vpn(address(field.group(1))),
        Pages.vpn(address(field.group(2))),
        field.group(3).equals("r"),
        field.group(4).equals("w"),
        field.group(5).equals("x"),
        field.group(6).equals("s"),
        address(field.group(7)),
        Long.parseUnsignedLong(field.group(8)),
        field.group(9));
  }

  private static long address(String hex) {
    return Long.parseUnsignedLong(hex, 16);
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
    ByteArrayOutputStream text = new ByteArrayOutputStream(CHUNK_BYTES);
    byte[] bytes = new byte[CHUNK_BYTES];
    long address = Sys.address(chunk);
    for (int got; (got = read(address, text.size())) > 0; ) {
      chunk.get(0, bytes, 0, got);
      text.write(bytes, 0, got);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private int read(long address, long offset) {
    try {
      return (int) file.pread(address, CHUNK_BYTES, offset, "read of maps");
    } catch (KernelException e) {
      if (e.errno() == Errno.ESRCH) {
        return 0;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
