package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What {@code inventory.img} says of a directory.
 *
 * @param dumpUptimeMicros how long the machine was up at the dump; nothing where it is not said
 */
record Inventory(OptionalLong dumpUptimeMicros) {

  static final int IMG_VERSION = 1 << Wire.NUMBER;
  static final int DUMP_UPTIME = 8 << Wire.NUMBER;

  /** Of directories whose images begin with a number that all have, and then one of their kind. */
  static final int VERSION = 2;

  /**
   * Reads one.
   *
   * @throws SavedException if it is missing or damaged, or of another version
   */
  static Inventory read(Path file) throws SavedException {
    Reader reader = new Reader();
    ImageFile.read(file, ImageKind.INVENTORY, (record, in) -> reader.read(in));
    if (reader.version != VERSION) {
      throw new SavedException(
          Kind.VERSION,
          file
              + " is of version "
              + Integer.toUnsignedString(reader.version)
              + " of CRIU's images; version "
              + VERSION
              + " can be read");
    }
    return new Inventory(reader.uptime);
  }

  private static final class Reader {
    private int version;
    private OptionalLong uptime = OptionalLong.empty();

    private void read(CodedInputStream in) throws IOException {
      Wire.fields(
          in,
          tag -> {
            switch (tag) {
              case IMG_VERSION -> version = in.readUInt32();
              case DUMP_UPTIME -> uptime = OptionalLong.of(in.readUInt64());
              default -> in.skipField(tag);
            }
          });
    }
  }
}
