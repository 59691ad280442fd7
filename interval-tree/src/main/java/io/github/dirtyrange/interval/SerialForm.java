package io.github.dirtyrange.interval;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The serial form of an interval map: compact, versioned and checksummed. Equal maps have equal
 * bytes, whatever their implementation.
 *
 * <p>All numbers are big-endian or variable-length (7 bits a byte, low bits first, the top bit says
 * that more follow):
 *
 * <pre>
 *   4 bytes   "DRPM"
 *   1 byte    version, 1
 *   variable  number of regions
 *   for each region, in order:
 *     variable  pages between the end of the region before (or page 0) and its start
 *     variable  pages in it, less 1
 *     variable  number of its mask, in order of first use; a new number is followed by
 *     8 bytes   the mask
 *   4 bytes   CRC-32C of everything before
 * </pre>
 */
public final class SerialForm {

  private static final int MAGIC = 0x4452504D;
  private static final int VERSION = 1;

  private SerialForm() {}

  /** Writes a map. The stream is neither buffered nor closed here. */
  public static void write(PageIntervalMap map, OutputStream stream) throws IOException {
    CRC32C checksum = new CRC32C();
    DataOutputStream out = new DataOutputStream(new CheckedOutputStream(stream, checksum));
    out.writeInt(MAGIC);
    out.writeByte(VERSION);
    writeVariable(out, map.rangeCount());
    try {
      map.forEach(new RegionWriter(out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.writeInt((int) checksum.getValue());
    out.flush();
  }

  /**
   * Reads a map, and not a byte beyond it. The stream is neither buffered nor closed here.
   *
   * @param newMap makes the empty map that it reads into
   * @throws CorruptMapException if the bytes are not just what {@link #write} writes for some map
   */
  public static PageIntervalMap read(InputStream stream, Supplier<PageIntervalMap> newMap)
      throws IOException {
    CRC32C checksum = new CRC32C();
    DataInputStream in = new DataInputStream(new CheckedInputStream(stream, checksum));
    try {
      readHeader(in);
      PageIntervalMap map = newMap.get();
      readRegions(in, map);
      int expected = (int) checksum.getValue();
      if (in.readInt() != expected) {
        throw new CorruptMapException("the checksum differs");
      }
      return map;
    } catch (EOFException e) {
      CorruptMapException corrupt = new CorruptMapException("it ends too early");
      corrupt.initCause(e);
      throw corrupt;
    }
  }

  private static void readHeader(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new CorruptMapException("it does not begin with DRPM");
    }
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new CorruptMapException("version " + version + " is unknown, this reads " + VERSION);
    }
  }

  private static void readRegions(DataInputStream in, PageIntervalMap map) throws IOException {
    ReadMasks masks = new ReadMasks();
    long end = 0;
    long lastMask = 0;
    for (long left = readVariable(in); left > 0; left--) {
      long gap = readVariable(in);
      long start = checkedEnd(end, gap);
      long newEnd = checkedEnd(start, readVariable(in) + 1);
      long mask = masks.read(in);
      if (gap == 0 && mask == lastMask) {
        throw new CorruptMapException("the regions at page " + start + " should be one");
      }
      add(map, start, newEnd, mask);
      end = newEnd;
      lastMask = mask;
    }
  }

  /** A bounded map has masks that it does not take. */
  private static void add(PageIntervalMap map, long start, long end, long mask)
      throws CorruptMapException {
    try {
      map.add(start, end, mask);
    } catch (IllegalArgumentException e) {
      CorruptMapException refused =
          new CorruptMapException("the map refuses it: " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private static long checkedEnd(long vpn, long pages) throws CorruptMapException {
    if (pages > PageIntervalMap.MAX_VPN - vpn) {
      throw new CorruptMapException("a region reaches beyond page 2^52");
    }
    return vpn + pages;
  }

  private static void writeVariable(DataOutputStream out, long number) throws IOException {
    long rest = number;
    while (rest >>> 7 != 0) {
      out.writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** Reads a number of up to 56 bits in as few bytes as it needs. */
  private static long readVariable(DataInputStream in) throws IOException {
    long number = 0;
    for (int shift = 0; shift < 56; shift += 7) {
      int unit = in.readUnsignedByte();
      number |= (long) (unit & 0x7F) << shift;
      if (unit < 0x80) {
        if (unit == 0 && shift > 0) {
          break;
        }
        return number;
      }
    }
    throw new CorruptMapException("a number is longer than it needs to be");
  }

  /** The masks that were read, by number. */
  private static final class ReadMasks {

    private final LongArrayList byNumber = new LongArrayList();
    private final LongOpenHashSet known = new LongOpenHashSet();

    long read(DataInputStream in) throws IOException {
      long number = readVariable(in);
      if (number < byNumber.size()) {
        return byNumber.getLong((int) number);
      }
      long mask = number == byNumber.size() ? in.readLong() : 0;
      if (mask == 0 || !known.add(mask)) {
        throw new CorruptMapException("a mask is numbered wrongly, used twice or 0");
      }
      byNumber.add(mask);
      return mask;
    }
  }

  /** Writes the regions that a map hands it. */
  private static final class RegionWriter implements RegionVisitor {

    private final DataOutputStream out;
    private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
    private long lastEnd;

    RegionWriter(DataOutputStream out) {
      this.out = out;
      numbers.defaultReturnValue(-1);
    }

    @Override
    public void visit(long startVpn, long endVpn, long mask) {
      try {
        writeVariable(out, startVpn - lastEnd);
        writeVariable(out, endVpn - startVpn - 1);
        writeMask(mask);
        lastEnd = endVpn;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void writeMask(long mask) throws IOException {
      int number = numbers.get(mask);
      if (number >= 0) {
        writeVariable(out, number);
        return;
      }
      writeVariable(out, numbers.size());
      numbers.put(mask, numbers.size());
      out.writeLong(mask);
    }
  }
}
