package io.github.dirtyrange.core;

import io.github.dirtyrange.inspect.Run;
import io.github.dirtyrange.inspect.RunCursor;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/**
 * Writes an ELF core of saved memory, for x86-64: its notes, and its pages as {@link SegmentCursor}
 * divides them. What is zero stays a hole, so that a core of a large and empty memory takes little
 * room on the disk.
 *
 * <p>In the file are, one behind the other: the header, the table of segments, the notes, and from
 * a border of pages on the segments' pages. Memory is gone through three times, and a page is read
 * once; nothing is kept of them. The table has 56 bytes a segment.
 */
public final class CoreFile {

  // linux/elf.h: struct elf64_hdr, elf64_phdr, elf64_shdr
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int SECTION_BYTES = 64;

  private static final byte[] IDENTITY = {0x7f, 'E', 'L', 'F', 2, 1, 1};
  private static final int IDENTITY_BYTES = 16;
  private static final short ET_CORE = 4;
  private static final short EM_X86_64 = 62;
  private static final int EV_CURRENT = 1;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final int PF_X = 1;
  private static final int PF_W = 2;
  private static final int PF_R = 4;
  private static final int NOTE_ALIGNMENT = 4;

  /** So many segments, and more, are counted in the first section's header (PN_XNUM). */
  static final int MANY_SEGMENTS = 0xffff;

  /** No file is longer; what is behind a segment's pages is at most as long as a mapping. */
  private static final long MOST_FILE_BYTES = Long.MAX_VALUE / 2;

  private static final int BUFFER_BYTES = 1 << 18;

  private final SavedMemory memory;
  private final int pageSize;
  private final SeekableByteChannel out;
  private final ByteBuffer buffer;

  private CoreFile(SavedMemory memory, SeekableByteChannel out) {
    this.memory = memory;
    this.out = out;
    pageSize = memory.pageSize();
    buffer =
        ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, pageSize)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes a core. If it fails, what was written until then is no core.
   *
   * @param notes what is known of the process and its threads, by {@link CoreNotes}; without any
   *     there is memory to look at, and no thread
   * @param out where to: an empty file
   * @throws SavedException if what is needed is missing or damaged, or no file can be so long
   * @throws IOException if it cannot be written
   */
  public static void write(SavedMemory memory, ByteBuffer notes, SeekableByteChannel out)
      throws IOException {
    byte[] files = FileNote.of(memory);
    ByteBuffer all =
        ByteBuffer.allocate(Math.addExact(notes.remaining(), files.length))
            .put(notes.duplicate())
            .put(files)
            .flip();
    new CoreFile(memory, out).write(all);
  }

  private void write(ByteBuffer notes) throws IOException {
    long segments = countSegments() + 1;
    boolean many = segments >= MANY_SEGMENTS;
    long sectionAt = HEADER_BYTES + segments * SEGMENT_BYTES;
    long notesAt = sectionAt + (many ? SECTION_BYTES : 0);
    long pagesAt = aligned(notesAt + notes.remaining());
    out.position(0);
    buffer.clear();
    putHeader(segments, many ? sectionAt : 0);
    putSegment(PT_NOTE, 0, notesAt, 0, notes.remaining(), 0, NOTE_ALIGNMENT);
    long end = putSegments(pagesAt);
    if (many) {
      putSection(segments);
    }
    flush();
    while (notes.hasRemaining()) {
      out.write(notes);
    }
    writePages(pagesAt);
    writeEnd(end);
  }

  private long countSegments() throws SavedException {
    SegmentCursor segments = new SegmentCursor(memory);
    long count = 0;
    while (segments.next() != null) {
      count++;
    }
    return count;
  }

  private long aligned(long at) {
    return (at + pageSize - 1) / pageSize * pageSize;
  }

  private void putHeader(long segments, long sectionAt) {
    boolean many = sectionAt != 0;
    buffer.put(IDENTITY).put(new byte[IDENTITY_BYTES - IDENTITY.length]);
    buffer.putShort(ET_CORE).putShort(EM_X86_64).putInt(EV_CURRENT);
    buffer.putLong(0).putLong(HEADER_BYTES).putLong(sectionAt).putInt(0);
    buffer.putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES);
    buffer.putShort((short) Math.min(segments, MANY_SEGMENTS));
    buffer.putShort((short) (many ? SECTION_BYTES : 0)).putShort((short) (many ? 1 : 0));
    buffer.putShort((short) 0);
  }

  /** {@return the end of the last segment's pages} */
  private long putSegments(long pagesAt) throws IOException {
    SegmentCursor segments = new SegmentCursor(memory);
    long at = pagesAt;
    for (Segment segment = segments.next(); segment != null; segment = segments.next()) {
      long fileBytes = segment.filePages() * pageSize;
      long bytes = segment.pages() * pageSize;
      long address = segment.startVpn() * pageSize;
      putSegment(PT_LOAD, flags(segment.mapping()), at, address, fileBytes, bytes, pageSize);
      at = behind(at, segment);
    }
    return at;
  }

  private void putSegment(
      int type, int flags, long at, long address, long fileBytes, long bytes, long alignment)
      throws IOException {
    if (buffer.remaining() < SEGMENT_BYTES) {
      flush();
    }
    buffer.putInt(type).putInt(flags).putLong(at).putLong(address).putLong(0);
    buffer.putLong(fileBytes).putLong(bytes).putLong(alignment);
  }

  private static int flags(SavedMapping mapping) {
    int permissions = mapping.permissions();
    return ((permissions & SavedMapping.READ) != 0 ? PF_R : 0)
        | ((permissions & SavedMapping.WRITE) != 0 ? PF_W : 0)
        | ((permissions & SavedMapping.EXECUTE) != 0 ? PF_X : 0);
  }

  private void putSection(long segments) throws IOException {
    if (buffer.remaining() < SECTION_BYTES) {
      flush();
    }
    buffer.put(new byte[Integer.BYTES * 2 + Long.BYTES * 3]);
    buffer.putLong(1).putInt(0).putInt((int) segments).put(new byte[Long.BYTES * 2]);
  }

  private long behind(long at, Segment segment) throws SavedException {
    if (segment.filePages() > (MOST_FILE_BYTES - at) / pageSize) {
      throw new SavedException(
          SavedFault.Kind.DISK,
          memory.title() + ", " + segment.mapping().title() + ": no file is so long");
    }
    return at + segment.filePages() * pageSize;
  }

  /** Runs with bytes and segments both ascend, and a run is in one segment. */
  private void writePages(long pagesAt) throws IOException {
    SegmentCursor segments = new SegmentCursor(memory);
    RunCursor runs = new RunCursor(memory);
    SavedReader reader = memory.pages();
    long at = pagesAt;
    Segment segment = segments.next();
    for (Run run = runs.next(); run != null; run = runs.next()) {
      if (!SegmentCursor.holdsBytes(run)) {
        continue;
      }
      while (segment != null && segment.endVpn() <= run.startVpn()) {
        at = behind(at, segment);
        segment = segments.next();
      }
      if (segment == null) {
        throw new IllegalStateException("pages behind the last segment");
      }
      out.position(at + (run.startVpn() - segment.startVpn()) * pageSize);
      copy(run, reader);
    }
  }

  private void copy(Run run, SavedReader reader) throws IOException {
    for (long vpn = run.startVpn(); vpn < run.endVpn(); vpn++) {
      if (buffer.remaining() < pageSize) {
        flush();
      }
      if (!reader.read(vpn, buffer).hasBytes()) {
        throw new IllegalStateException("page " + vpn + " was said to have bytes");
      }
    }
    flush();
  }

  /** A hole at the end is made by its last byte. */
  private void writeEnd(long end) throws IOException {
    if (out.size() < end) {
      out.position(end - 1);
      buffer.put((byte) 0);
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }
}
