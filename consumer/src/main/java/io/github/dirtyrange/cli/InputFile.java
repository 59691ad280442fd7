package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.result.Units;
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

  /** Surveys have some kilobytes a point, and more where points have many rounds. */
  private static final int MOST_LONG_BYTES = 256 << 20;

  private InputFile() {}

  /**
   * {@return the text of a file} Throws {@link UsageMistake} if it cannot be read.
   *
   * @param failing how the line begins that then says why, as "cannot read x"
   */
  static String text(Path file, String failing) {
    return text(() -> bytes(file, MOST_BYTES), failing);
  }

  /** {@return the same of a file that may be long: of what a survey found} */
  static String longText(Path file, String failing) {
    return text(() -> bytes(file, MOST_LONG_BYTES), failing);
  }

  /**
   * {@return the same of a file that is open, from where it stands} It stays open. Throws {@link
   * UsageMistake} if it cannot be read.
   *
   * @param failing how the line begins that then says why, as "cannot read x"
   */
  static String longText(FileChannel file, String failing) {
    return text(() -> bytes(Channels.newInputStream(file), MOST_LONG_BYTES), failing);
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

  private static byte[] bytes(Path file, int most) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(in, most);
    }
  }

  private static byte[] bytes(InputStream in, int most) throws IOException {
    byte[] bytes = in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new IOException("it is larger than " + Units.bytes(most));
    }
    return bytes;
  }
}
