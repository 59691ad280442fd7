package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Jazzer target: bytes are a tarball, as they are and as entries whose headers have the right
 * checksum; what is in it must be read, or refused clearly.
 */
public final class TarballFuzzer {

  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int SUM_AT = 148;
  private static final int SUM_BYTES = 8;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;
  private static final int HEAD = 4;

  private static final String[] NAMES = {
    "checkpoint/pagemap-1.img",
    "checkpoint/pages-0.img",
    "checkpoint/mm-1.img",
    "checkpoint/parent",
    "pre-checkpoint/pagemap-1.img",
    "stats-dump",
    "checkpoint/../x",
    "./checkpoint/inventory.img"
  };

  private TarballFuzzer() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    check(input);
    check(entries(input));
  }

  private static void check(byte[] bytes) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path tarball = Files.write(folder.at("c.tar"), bytes);
      CheckpointTarball.isOne(tarball);
      for (SavedFault fault : CheckpointTarball.verify(tarball)) {
        if (fault.sentence().contains("\n")) {
          throw new AssertionError("more than a line: " + fault.sentence());
        }
      }
    }
  }

  /** Each a byte that is its name, one that is its kind, two that are sizes, and its content. */
  private static byte[] entries(byte[] input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at + HEAD <= input.length) {
      int length = Math.min(input[at + 2] & 0xff, input.length - at - HEAD);
      out.writeBytes(header(input[at], input[at + 1], length + input[at + 3] / 16));
      byte[] content = Arrays.copyOfRange(input, at + HEAD, at + HEAD + length);
      out.writeBytes(Arrays.copyOf(content, (length + BLOCK - 1) / BLOCK * BLOCK));
      at += HEAD + length;
    }
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  private static byte[] header(byte name, byte kind, int size) {
    byte[] header = new byte[BLOCK];
    put(header, 0, NAMES[Math.floorMod(name, NAMES.length)]);
    put(header, SIZE_AT, "%011o".formatted(Math.max(0, size)));
    header[TYPE_AT] = kind;
    put(header, LINK_AT, "../pre-checkpoint");
    put(header, MAGIC_AT, "ustar");
    Arrays.fill(header, SUM_AT, SUM_AT + SUM_BYTES, (byte) ' ');
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, SUM_AT, "%06o".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
