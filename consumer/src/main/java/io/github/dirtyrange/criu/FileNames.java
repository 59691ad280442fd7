package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.SavedException;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names of the files that mappings are of. They are for people: nobody opens them. */
final class FileNames {

  /** Of an entry of {@code files.img}: a regular file. */
  static final int REG = 3 << Wire.NUMBER | Wire.BYTES;

  static final int REG_ID = 1 << Wire.NUMBER;
  static final int REG_NAME = 6 << Wire.NUMBER | Wire.BYTES;

  /** A path that Linux opens is no longer. */
  private static final int MOST_NAME = 4096;

  /** How many of them are kept; what is above it is not named. */
  private static final int MOST_NAMES = 1 << 20;

  private final Long2ObjectOpenHashMap<String> names = new Long2ObjectOpenHashMap<>();

  private FileNames() {}

  /**
   * Reads what a directory says of its files, in one image or, in older ones, in another; nothing
   * where it has neither.
   *
   * @throws SavedException if that is damaged
   */
  static FileNames read(Path directory) throws SavedException {
    FileNames names = new FileNames();
    Path files = directory.resolve(Format.FILES);
    Path regular = directory.resolve(Format.REG_FILES);
    if (ImageFile.isThere(files)) {
      ImageFile.read(files, ImageKind.FILES, (record, in) -> names.file(in));
    }
    if (ImageFile.isThere(regular)) {
      ImageFile.read(regular, ImageKind.REG_FILES, (record, in) -> names.regular(in));
    }
    return names;
  }

  /** {@return what knows no name} */
  static FileNames none() {
    return new FileNames();
  }

  /** {@return a file's name; empty where it has none} */
  String name(long id) {
    String name = names.get(id);
    return name == null ? "" : name;
  }

  private void file(CodedInputStream in) throws IOException {
    Wire.fields(
        in,
        tag -> {
          if (tag == REG) {
            int outside = in.pushLimit(in.readRawVarint32());
            regular(in);
            in.checkLastTagWas(0);
            in.popLimit(outside);
          } else {
            in.skipField(tag);
          }
        });
  }

  private void regular(CodedInputStream in) throws IOException {
    long[] id = {-1};
    String[] name = {""};
    Wire.fields(
        in,
        tag -> {
          switch (tag) {
            case REG_ID -> id[0] = Integer.toUnsignedLong(in.readUInt32());
            case REG_NAME -> name[0] = text(in);
            default -> in.skipField(tag);
          }
        });
    if (names.size() < MOST_NAMES) {
      names.put(id[0], name[0]);
    }
  }

  private static String text(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    if (length > MOST_NAME) {
      in.skipRawBytes(length);
      return "";
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }
}
