package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Writes an index: what {@link IndexReader} reads. */
final class IndexWriter {

  private static final int BUFFER_BYTES = 1 << 17;

  private final StoreFiles.Output out;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();

  private IndexWriter(StoreFiles.Output out) {
    this.out = out;
  }

  static void write(Index index, StoreFiles.Output out) throws IOException {
    IndexWriter writer = new IndexWriter(out);
    writer.header(index);
    writer.notes(index.notes().duplicate());
    for (SavedMapping mapping : index.mappings()) {
      writer.mapping(mapping);
    }
    for (UUID source : index.sources()) {
      writer.room(StoreFormat.ID_BYTES);
      writer.id(source);
    }
    writer.ranges(index.ranges());
    for (UUID replaced : index.replaced()) {
      writer.room(StoreFormat.ID_BYTES);
      writer.id(replaced);
    }
    for (PagesPart part : index.parts()) {
      writer.part(part);
    }
    for (PagesPart part : index.parts()) {
      writer.blocks(part);
    }
    for (int i = 0; i < index.checksums().size(); i++) {
      writer.room(StoreFormat.CHECKSUM_BYTES).putLong(index.checksums().getLong(i));
    }
    writer.end();
  }

  private void header(Index index) throws IOException {
    GenerationHeader header = index.header();
    room(StoreFormat.HEADER_BYTES);
    buffer.put(StoreFormat.indexMagic()).putInt(StoreFormat.VERSION).putInt(header.pageSize());
    buffer.put((byte) 0).put((byte) flags(header)).putShort((short) 0);
    buffer.putInt(header.pid());
    id(index.id());
    id(header.parent().map(GenerationHeader.Parent::id).orElse(new UUID(0, 0)));
    buffer.putLong(header.parent().map(GenerationHeader.Parent::epoch).orElse(0L));
    buffer.putLong(index.number());
    id(header.tracker());
    buffer.putLong(header.epoch()).putLong(header.startTicks()).putLong(header.wallMillis());
    buffer.putLong(index.pagesBytes()).putLong(length(index));
    buffer.putInt(index.mappings().size()).putInt(index.sources().size());
    buffer.putLong(index.ranges().size()).putLong(index.checksums().size());
    buffer.putInt(index.parts().size()).putInt(index.replaced().size());
    buffer.putLong(index.notes().remaining());
  }

  private void notes(ByteBuffer notes) throws IOException {
    while (notes.hasRemaining()) {
      room(1);
      int bytes = Math.min(notes.remaining(), buffer.remaining());
      buffer.put(notes.slice(notes.position(), bytes));
      notes.position(notes.position() + bytes);
    }
  }

  private static int flags(GenerationHeader header) {
    return (header.stopped() ? StoreFormat.STOPPED : 0)
        | (header.exact() ? StoreFormat.EXACT : 0)
        | (header.parent().isPresent() ? StoreFormat.HAS_PARENT : 0);
  }

  /** {@return how many bytes the whole of it takes} */
  static long length(Index index) {
    long names = 0;
    for (SavedMapping mapping : index.mappings()) {
      names += mapping.name().getBytes(StandardCharsets.UTF_8).length;
    }
    long blocks = index.parts().stream().mapToLong(part -> part.blockEnds().size()).sum();
    return StoreFormat.HEADER_BYTES
        + index.notes().remaining()
        + names
        + (long) StoreFormat.ID_BYTES * index.replaced().size()
        + (long) StoreFormat.PART_BYTES * index.parts().size()
        + (long) StoreFormat.BLOCK_BYTES * blocks
        + (long) StoreFormat.MAPPING_BYTES * index.mappings().size()
        + (long) StoreFormat.ID_BYTES * index.sources().size()
        + (long) StoreFormat.RANGE_BYTES * index.ranges().size()
        + (long) StoreFormat.CHECKSUM_BYTES * index.checksums().size()
        + StoreFormat.CRC_BYTES;
  }

  private void mapping(SavedMapping mapping) throws IOException {
    byte[] name = mapping.name().getBytes(StandardCharsets.UTF_8);
    room(StoreFormat.MAPPING_BYTES + name.length);
    buffer.putLong(mapping.startVpn()).putLong(mapping.endVpn()).putLong(mapping.offset());
    buffer.putLong(mapping.device()).putLong(mapping.inode()).putInt(mapping.permissions());
    buffer.putInt(name.length).put(name);
  }

  private void part(PagesPart part) throws IOException {
    room(StoreFormat.PART_BYTES);
    buffer.putLong(part.pages()).putLong(part.bytes()).putLong(part.compression().code());
  }

  private void blocks(PagesPart part) throws IOException {
    for (int i = 0; i < part.blockEnds().size(); i++) {
      room(StoreFormat.BLOCK_BYTES);
      buffer.putInt(part.blockBytes(i)).putInt(part.blockChecks().getInt(i));
    }
  }

  private void ranges(RangeTable ranges) throws IOException {
    for (int i = 0; i < ranges.size(); i++) {
      PageClass pageClass = ranges.pageClass(i);
      boolean unread = pageClass == PageClass.UNREAD;
      room(StoreFormat.RANGE_BYTES);
      buffer.putLong(ranges.start(i)).putLong(ranges.end(i) - ranges.start(i));
      buffer.put((byte) pageClass.code()).put((byte) (unread ? ranges.detail(i) : 0));
      buffer.putShort((short) 0).putInt(unread ? 0 : ranges.detail(i));
      buffer.putLong(ranges.pageIndex(i));
    }
  }

  private void id(UUID id) {
    buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    buffer.flip();
    crc.update(buffer.duplicate());
    out.write(buffer);
    buffer.clear();
  }

  private void end() throws IOException {
    flush();
    buffer.putInt((int) crc.getValue()).flip();
    out.write(buffer);
  }
}
