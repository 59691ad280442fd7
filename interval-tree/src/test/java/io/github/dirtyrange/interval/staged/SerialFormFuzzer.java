package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.CorruptMapException;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.SerialForm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A Jazzer target: bytes are read as a serial form, as they are and with the checksum put right,
 * and must be refused clearly or be just what the map that was read would write.
 */
public final class SerialFormFuzzer {

  private SerialFormFuzzer() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    check(input);
    check(withChecksum(input));
  }

  private static void check(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    PageIntervalMap map;
    try {
      map = SerialForm.read(in, IntervalMaps::create);
    } catch (CorruptMapException refused) {
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SerialForm.write(map, out);
    byte[] read = Arrays.copyOf(bytes, bytes.length - in.available());
    if (!Arrays.equals(read, out.toByteArray())) {
      throw new AssertionError("two serial forms of " + map);
    }
  }

  private static byte[] withChecksum(byte[] input) {
    byte[] bytes = Arrays.copyOf(input, input.length + 4);
    CRC32C checksum = new CRC32C();
    checksum.update(input);
    for (int i = 0; i < 4; i++) {
      bytes[input.length + i] = (byte) (checksum.getValue() >>> (24 - 8 * i));
    }
    return bytes;
  }
}
