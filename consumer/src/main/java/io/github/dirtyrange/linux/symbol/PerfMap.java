package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.linux.sys.PrintableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JIT compiler says that it has compiled, {@code /tmp/perf-PID.map}: a line for each
 * function, "START SIZE NAME" with both numbers in hexadecimal. Lines are added as it compiles; the
 * last one that speaks of an address holds.
 */
final class PerfMap {

  /** A line has some 60 bytes. */
  static final int MOST_BYTES = 32 << 20;

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MOST_NAME = 512;

  private static final Pattern LINE =
      Pattern.compile("(?:0x)?(\\p{XDigit}{1,16}) (?:0x)?(\\p{XDigit}{1,16}) (.+)");

  private final TreeMap<Long, Compiled> byStart = new TreeMap<>();
  private long read;

  private record Compiled(long size, String name) {}

  /** Reads what was added to the file since the last call. */
  void readOn(FileBytes file) {
    ByteBuffer chunk;
    do {
      int most = (int) Math.min(CHUNK_BYTES, MOST_BYTES - read);
      chunk = file.read(read, most);
    } while (addLines(chunk));
  }

  /** {@return how much of the file was read} */
  long bytesRead() {
    return read;
  }

  /** {@return whether there were whole lines} What follows the last newline is read again. */
  private boolean addLines(ByteBuffer chunk) {
    int end = chunk.limit();
    while (end > 0 && chunk.get(end - 1) != '\n') {
      end--;
    }
    if (end == 0) {
      return false;
    }
    read += end;
    StandardCharsets.UTF_8.decode(chunk.limit(end)).toString().lines().forEach(this::add);
    return true;
  }

  private void add(String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      return;
    }
    long start = Long.parseUnsignedLong(fields.group(1), 16);
    long size = Long.parseUnsignedLong(fields.group(2), 16);
    String name = fields.group(3);
    if (start < 0 || size <= 0 || start > Long.MAX_VALUE - size) {
      return;
    }
    name = PrintableName.of(name.substring(0, Math.min(name.length(), MOST_NAME)));
    makeRoom(start, start + size);
    byStart.put(start, new Compiled(size, name));
  }

  /** Forgets what was compiled there before: each entry is forgotten once at most. */
  private void makeRoom(long start, long end) {
    Map.Entry<Long, Compiled> before = byStart.floorEntry(start);
    if (before != null && before.getKey() + before.getValue().size() > start) {
      byStart.remove(before.getKey());
    }
    byStart.subMap(start, end).clear();
  }

  /** {@return the name of what was compiled to an address; empty if none is known} */
  String name(long address) {
    Map.Entry<Long, Compiled> entry = byStart.floorEntry(address);
    boolean covers = entry != null && address - entry.getKey() < entry.getValue().size();
    return covers ? entry.getValue().name() : "";
  }
}
