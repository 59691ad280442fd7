package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a text that the command line names. */
final class InputFile {

  /** Programs, reports and costs have some kilobytes. */
  private static final int MOST_BYTES = 16 << 20;

  private InputFile() {}

  /**
   * {@return the text of a file} Throws {@link UsageMistake} if it cannot be read.
   *
   * @param failing how the line begins that then says why, as "cannot read x"
   */
  static String text(Path file, String failing) {
    return text(() -> bytes(file), failing);
  }

  /**
   * {@return the text of a file that is open, from where it stands} It stays open. Throws {@link
   * UsageMistake} if it cannot be read.
   *
   * @param failing how the line begins that then says why, as "cannot read x"
   */
  static String text(FileChannel file, String failing) {
    return text(() -> bytes(Channels.newInputStream(file)), failing);
  }

  @FunctionalInterface
  private interface Bytes {
    byte[] read() throws IOException;
  }

  private static String text(Bytes bytes, String failing) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.read())).toString();
    } catch (NoSuchFileException e) {
      throw new UsageMistake(failing + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw new UsageMistake(failing + ": this user may not read it");
    } catch (CharacterCodingException e) {
      throw new UsageMistake(failing + ": it is no text in UTF-8");
    } catch (IOException e) {
      throw new UsageMistake(failing + ": " + e.getMessage());
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(in);
    }
  }

  private static byte[] bytes(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IOException("it is larger than 16 MiB");
    }
    return bytes;
  }
}
