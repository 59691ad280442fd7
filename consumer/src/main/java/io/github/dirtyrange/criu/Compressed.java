package io.github.dirtyrange.criu;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens a file that may be compressed with gzip or zstd, as podman does; its bytes say so. */
final class Compressed {

  private static final int BUFFER = 1 << 16;
  private static final int MAGIC_BYTES = 4;
  private static final int GZIP = 0x1f8b0000;
  private static final int GZIP_MASK = 0xffff0000;
  private static final int ZSTD = 0x28b52ffd;

  private Compressed() {}

  /** {@return the bytes of a file, expanded} */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      return expanded(in);
    } catch (IOException e) {
      in.close();
      throw e;
    } catch (LinkageError e) {
      in.close();
      throw new IOException("zstd cannot be expanded on this machine", e);
    }
  }

  private static InputStream expanded(InputStream in) throws IOException {
    in.mark(MAGIC_BYTES);
    int magic = 0;
    for (byte each : in.readNBytes(MAGIC_BYTES)) {
      magic = (magic << Byte.SIZE) | (each & 0xff);
    }
    in.reset();
    if ((magic & GZIP_MASK) == GZIP) {
      return new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
    }
    return magic == ZSTD ? new BufferedInputStream(new ZstdInputStream(in), BUFFER) : in;
  }
}
