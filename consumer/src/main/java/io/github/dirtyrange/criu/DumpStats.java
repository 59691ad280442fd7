package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What {@code stats-dump} counts.
 *
 * @param skippedParent pages that are in the parent
 * @param written pages of processes' own memory that were written
 * @param sharedWritten the same of memory that processes share; nothing where it is not counted
 */
record DumpStats(long skippedParent, long written, OptionalLong sharedWritten) {

  static final int DUMP = 1 << Wire.NUMBER | Wire.BYTES;
  static final int FREEZING_TIME = 1 << Wire.NUMBER;
  static final int FROZEN_TIME = 2 << Wire.NUMBER;
  static final int MEMDUMP_TIME = 3 << Wire.NUMBER;
  static final int MEMWRITE_TIME = 4 << Wire.NUMBER;
  static final int PAGES_SCANNED = 5 << Wire.NUMBER;
  static final int PAGES_SKIPPED_PARENT = 6 << Wire.NUMBER;
  static final int PAGES_WRITTEN = 7 << Wire.NUMBER;
  static final int PAGES_LAZY = 9 << Wire.NUMBER;
  static final int SHPAGES_WRITTEN = 14 << Wire.NUMBER;

  /**
   * Reads one.
   *
   * @throws SavedException if it is missing, damaged, or not of a dump
   */
  static DumpStats read(Path file) throws SavedException {
    Reader reader = new Reader();
    ImageFile.read(file, ImageKind.STATS, (record, in) -> reader.entry(in));
    if (!reader.isDump) {
      throw new SavedException(Kind.INDEX, file + " is damaged: it counts no dump");
    }
    return new DumpStats(reader.skipped, reader.written, reader.sharedWritten);
  }

  private static final class Reader {
    private boolean isDump;
    private long skipped;
    private long written;
    private OptionalLong sharedWritten = OptionalLong.empty();

    private void entry(CodedInputStream in) throws IOException {
      Wire.fields(
          in,
          tag -> {
            if (tag == DUMP) {
              isDump = true;
              Wire.nested(in, inner -> field(inner, in));
            } else {
              in.skipField(tag);
            }
          });
    }

    private void field(int tag, CodedInputStream in) throws IOException {
      switch (tag) {
        case PAGES_SKIPPED_PARENT -> skipped = in.readUInt64();
        case PAGES_WRITTEN -> written = in.readUInt64();
        case SHPAGES_WRITTEN -> sharedWritten = OptionalLong.of(in.readUInt64());
        default -> in.skipField(tag);
      }
    }
  }
}
