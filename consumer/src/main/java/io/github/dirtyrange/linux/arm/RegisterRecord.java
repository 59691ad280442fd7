package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.ThreadRegisters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What a helper tells of a thread's registers: fields at fixed places, little-endian. */
final class RegisterRecord {

  /** The thread; 0 if it has ended meanwhile. */
  static final int TID = 0;

  static final int SIGNAL = 8;

  /** 0 if there are registers of floating point. */
  static final int FLOATING_ERROR = 16;

  static final int GENERAL = 24;
  static final int FLOATING = 256;

  /** Bytes of a record. */
  static final int BYTES = FLOATING + ThreadRegisters.FLOATING_BYTES;

  private RegisterRecord() {}

  /** {@return what whole records say, in their order; without threads that have ended} */
  static List<ThreadRegisters> parse(byte[] records) {
    ByteBuffer bytes = ByteBuffer.wrap(records).order(ByteOrder.LITTLE_ENDIAN);
    List<ThreadRegisters> threads = new ArrayList<>(records.length / BYTES);
    for (int at = 0; at < records.length; at += BYTES) {
      int tid = (int) bytes.getLong(at + TID);
      if (tid != 0) {
        int floating = bytes.getLong(at + FLOATING_ERROR) == 0 ? ThreadRegisters.FLOATING_BYTES : 0;
        threads.add(
            new ThreadRegisters(
                tid,
                (int) bytes.getLong(at + SIGNAL),
                bytes.slice(at + GENERAL, ThreadRegisters.GENERAL_BYTES),
                bytes.slice(at + FLOATING, floating)));
      }
    }
    return List.copyOf(threads);
  }
}
