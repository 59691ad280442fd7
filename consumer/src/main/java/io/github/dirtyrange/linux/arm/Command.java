package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.linux.mm.ProgramSeed;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a helper is told to do: one block of bytes, fields of eight bytes at fixed places. */
final class Command {

  /** Bytes of a command. */
  static final int BYTES = 4096;

  /** Opens a userfaultfd in the process, takes it, and closes it there. */
  static final int OPEN = 1;

  /** Closes a descriptor of the process, if it is the one that is meant. */
  static final int CLOSE = 2;

  /** Stops all threads of the process until its input ends. */
  static final int FREEZE = 3;

  // Places of the fields.
  static final int KIND = 0;
  static final int PID = 8;
  static final int TID = 16;
  static final int PIDFD_NUMBER = 24;
  static final int PIDFD_FLAGS = 32;
  static final int OPTIONS = 40;
  static final int GADGET = 48;
  static final int RESTORER = 56;
  static final int UFFD_FLAGS = 64;
  static final int STOP_LIMIT_NANOS = 72;
  static final int DIE_AT = 80;
  static final int SOFT_LIMIT = 88;
  static final int HARD_LIMIT = 96;
  static final int FILTERED = 104;
  static final int HOLD_MILLIS = 112;
  static final int DESCRIPTOR = 120;
  static final int STACKS = 128;
  static final int PATH = 136;
  static final int PROGRAM_BYTES = 248;

  /** Where the 16 bytes lie that each execve(2) draws anew, 0 if they are not known; and they. */
  static final int SEED_AT = 256;

  static final int SEED = 264;

  /** A process, and its descriptor that the one to close has to be the same open file as. */
  static final int SAME_PID = 280;

  static final int SAME_DESCRIPTOR = 288;

  static final int STACK_TABLE = 296;

  /** The auxiliary vector of the program that is meant. */
  static final int PROGRAM = 3072;

  static final int MOST_PROGRAM_BYTES = BYTES - PROGRAM;

  /**
   * Bytes of an entry of the table of stacks: lowest and highest stack pointer, the same of fs. A
   * frame ends at the lowest stack pointer.
   */
  static final int STACK_BYTES = 32;

  static final int MOST_STACKS = (PROGRAM - STACK_TABLE) / STACK_BYTES;

  private final ByteBuffer block = Sys.struct(BYTES);

  Command(int kind, int pid) {
    set(KIND, kind);
    set(PID, pid);
    set(PIDFD_NUMBER, pid);
  }

  Command set(int field, long value) {
    block.putLong(field, value);
    return this;
  }

  /** Tells the program that is meant by its auxiliary vector, and where to read that. */
  Command program(ByteBuffer vector, String path) {
    block.put(PROGRAM, vector, 0, vector.limit());
    return set(PROGRAM_BYTES, vector.limit()).path(path);
  }

  /** Names a file or folder in /proc, in fewer than 112 characters. */
  Command path(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
    block.put(PATH, bytes).put(PATH + bytes.length, (byte) 0);
    return this;
  }

  /** Tells the bytes that each execve(2) draws anew. */
  void seed(ProgramSeed seed) {
    set(SEED_AT, seed.address()).set(SEED, seed.low()).set(SEED + Long.BYTES, seed.high());
  }

  /** Adds a stack that a thread may provably stand on, if there is room for one more. */
  void addStack(long lowest, long highest, long lowestFs, long highestFs) {
    int count = (int) block.getLong(STACKS);
    if (count < MOST_STACKS) {
      int at = STACK_TABLE + count * STACK_BYTES;
      block.putLong(at, lowest).putLong(at + 8, highest);
      block.putLong(at + 16, lowestFs).putLong(at + 24, highestFs);
      set(STACKS, count + 1);
    }
  }

  byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    block.get(0, bytes);
    return bytes;
  }
}
