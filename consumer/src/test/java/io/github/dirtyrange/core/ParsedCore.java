package io.github.dirtyrange.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A core as a reader of ELF files sees it, who believes nothing. */
final class ParsedCore implements AutoCloseable {

  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int SECTION = 64;

  /** An entry of the table of segments. */
  record Entry(int type, int flags, long at, long address, long fileBytes, long bytes, long align) {

    boolean holds(long wanted) {
      return wanted - address >= 0 && wanted - address < bytes;
    }
  }

  /** A note. */
  record Note(String name, int type, ByteBuffer said) {}

  private final FileChannel file;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final int countInHeader;

  ParsedCore(Path core) throws IOException {
    file = FileChannel.open(core);
    ByteBuffer header = read(0, HEADER);
    assertThat(header.getLong(0)).isEqualTo(0x00010102464c457fL);
    assertThat(header.getShort(16)).isEqualTo((short) 4);
    assertThat(header.getShort(18)).isEqualTo((short) 62);
    assertThat(header.getInt(20)).isEqualTo(1);
    assertThat(header.getShort(52)).isEqualTo((short) HEADER);
    assertThat(header.getShort(54)).isEqualTo((short) SEGMENT);
    countInHeader = Short.toUnsignedInt(header.getShort(56));
    long sectionAt = header.getLong(40);
    long count = countInHeader;
    assertThat(sectionAt != 0).isEqualTo(countInHeader == 0xffff);
    if (sectionAt != 0) {
      assertThat(header.getShort(58)).isEqualTo((short) SECTION);
      assertThat(header.getShort(60)).isEqualTo((short) 1);
      ByteBuffer section = read(sectionAt, SECTION);
      assertThat(section.getInt(4)).isZero();
      assertThat(section.getLong(32)).isEqualTo(1);
      count = section.getInt(44);
      assertThat(sectionAt).isEqualTo(HEADER + count * SEGMENT);
    }
    readEntries(header.getLong(32), (int) count);
    readNotes(entries.get(0));
  }

  private void readEntries(long at, int count) throws IOException {
    ByteBuffer table = read(at, count * SEGMENT);
    for (int i = 0; i < count; i++) {
      int type = table.getInt();
      int flags = table.getInt();
      long place = table.getLong();
      long address = table.getLong();
      assertThat(table.getLong()).isZero();
      entries.add(
          new Entry(
              type, flags, place, address, table.getLong(), table.getLong(), table.getLong()));
    }
  }

  private void readNotes(Entry entry) throws IOException {
    assertThat(entry.type()).isEqualTo(4);
    ByteBuffer all = read(entry.at(), (int) entry.fileBytes());
    while (all.hasRemaining()) {
      int nameBytes = all.getInt();
      int bytes = all.getInt();
      int type = all.getInt();
      byte[] name = new byte[nameBytes + 3 & ~3];
      all.get(name);
      ByteBuffer said = all.slice(all.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      all.position(all.position() + (bytes + 3 & ~3));
      notes.add(
          new Note(new String(name, 0, nameBytes - 1, StandardCharsets.ISO_8859_1), type, said));
    }
  }

  /** {@return bytes of the file; what is behind its end is refused} */
  ByteBuffer read(long at, int bytes) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (into.hasRemaining()) {
      int got = file.read(into, at + into.position());
      assertThat(got).as("bytes at " + at).isPositive();
    }
    return into.flip();
  }

  /** {@return the segments of memory} */
  List<Entry> segments() {
    return entries.subList(1, entries.size());
  }

  List<Note> notes() {
    return notes;
  }

  int countInHeader() {
    return countInHeader;
  }

  long bytes() throws IOException {
    return file.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
