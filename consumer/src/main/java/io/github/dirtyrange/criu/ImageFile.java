package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads an image: the numbers it begins with, and records, each a length and a message of protocol
 * buffers. Nothing is allocated for what a length says; only what is there is read.
 */
final class ImageFile {

  /** A record of all mappings of a process has some 50 bytes a mapping. */
  private static final int MOST_RECORD = 256 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private long left;
  private long record;

  private ImageFile(Path file) {
    this.file = file;
  }

  /** What is done with a record: it reads the fields up to the record's end. */
  @FunctionalInterface
  interface RecordReader {

    /**
     * Reads one.
     *
     * @param record its place in the image, from 0
     */
    void read(long record, CodedInputStream in) throws IOException;
  }

  /** {@return whether something has that name, whatever it is} */
  static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** {@return the length of a file in bytes, or less than 0 if there is no file of that name} */
  static long length(Path file) throws SavedException {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, file + " cannot be read", e);
    }
  }

  /**
   * Reads all records of an image.
   *
   * @throws SavedException if there is no such file, or it is damaged
   */
  static void read(Path file, ImageKind kind, RecordReader reader) throws SavedException {
    new ImageFile(file).read(kind, reader);
  }

  private void read(ImageKind kind, RecordReader reader) throws SavedException {
    left = length(file);
    if (left < 0) {
      throw new SavedException(
          Kind.INDEX, file + (isThere(file) ? " is no regular file" : " is missing"));
    }
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), BUFFER)) {
      readAll(CodedInputStream.newInstance(in, BUFFER), kind, reader);
    } catch (SavedException e) {
      throw e;
    } catch (InvalidProtocolBufferException e) {
      throw damaged("record " + record + " is cut or no message");
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, file + " cannot be read", e);
    }
  }

  private void readAll(CodedInputStream in, ImageKind kind, RecordReader reader)
      throws IOException {
    for (int number : kind.magic()) {
      if (left < Integer.BYTES || in.readRawLittleEndian32() != number) {
        throw damaged("it does not begin as such an image");
      }
      left -= Integer.BYTES;
    }
    while (left > 0) {
      readRecord(in, reader);
      record++;
    }
  }

  private void readRecord(CodedInputStream in, RecordReader reader) throws IOException {
    in.resetSizeCounter();
    if (left < Integer.BYTES) {
      throw damaged("it is cut behind record " + record);
    }
    int length = in.readRawLittleEndian32();
    left -= Integer.BYTES;
    if (length < 0 || length > Math.min(left, MOST_RECORD)) {
      throw damaged(
          "record "
              + record
              + " is said to have "
              + Integer.toUnsignedString(length)
              + " bytes, and "
              + left
              + " are there");
    }
    int outside = in.pushLimit(length);
    reader.read(record, in);
    in.checkLastTagWas(0);
    if (!in.isAtEnd()) {
      throw damaged("record " + record + " has more than a message");
    }
    in.popLimit(outside);
    left -= length;
  }

  private SavedException damaged(String what) {
    return new SavedException(Kind.INDEX, file + " is damaged: " + what);
  }
}
