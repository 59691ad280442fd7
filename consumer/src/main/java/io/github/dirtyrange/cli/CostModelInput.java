package io.github.dirtyrange.cli;

import io.github.dirtyrange.costs.CostModelFile;
import io.github.dirtyrange.kernel.CostModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the cost model that {@code --costs} names. */
final class CostModelInput {

  /** What calibrate writes is some 8 KiB. */
  private static final int MOST_BYTES = 1 << 20;

  private CostModelInput() {}

  /** {@return the model} Throws {@link UsageMistake} if the file has none. */
  static CostModel read(Path file) {
    try {
      return CostModelFile.parse(text(file));
    } catch (NoSuchFileException e) {
      throw new UsageMistake(
          "--costs " + file + ": there is no such file; calibrate --out makes one");
    } catch (AccessDeniedException e) {
      throw new UsageMistake("--costs " + file + " cannot be read: permission denied");
    } catch (IOException e) {
      throw new UsageMistake("--costs " + file + " cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new UsageMistake("--costs " + file + " " + e.getMessage());
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("it is larger than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
