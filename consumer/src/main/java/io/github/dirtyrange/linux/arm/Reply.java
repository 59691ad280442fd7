package io.github.dirtyrange.linux.arm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a helper answers: what became of it, and what it saw.
 *
 * @param status one of the statuses below
 * @param error the error number that belongs to it, or 0
 * @param step how many steps it took
 * @param descriptor the userfaultfd's number in the helper
 * @param tid the thread that it is about
 * @param call the number of the system call in which the thread was stopped, -1 for none
 * @param result what was in the thread's RAX
 * @param stoppedNanos how long the thread stood
 * @param windowNanos for how long of that its registers were not its own
 * @param framed whether a signal frame stood by
 * @param threads how many threads stand
 * @param refused how many threads were there and could not be seized, those that stand among them
 * @param stoppedAtNanos when the first one was stopped, by CLOCK_MONOTONIC
 * @param remote the userfaultfd's number in the process, -1 if none was opened
 */
record Reply(
    int status,
    int error,
    int step,
    int descriptor,
    int tid,
    long call,
    long result,
    long stoppedNanos,
    long windowNanos,
    boolean framed,
    int threads,
    int refused,
    long stoppedAtNanos,
    int remote) {

  /** Bytes of a reply. */
  static final int BYTES = 128;

  // Statuses.
  static final int DONE = 0;

  /** The thread could not be seized, for the error. */
  static final int NOT_SEIZED = 1;

  /** The thread did not stop in time. */
  static final int NOT_STOPPED = 2;

  /** The thread ended meanwhile, or took another number. */
  static final int GONE = 3;

  /** The thread runs 32-bit code. */
  static final int NOT_64_BIT = 4;

  /** The process's call failed with the error. */
  static final int CALL_FAILED = 5;

  /** The descriptor could not be taken, for the error. */
  static final int NOT_TAKEN = 6;

  /** There are more threads than the helper can hold. */
  static final int TOO_MANY = 7;

  /** The process executes another program by now. */
  static final int EXECUTED = 8;

  /** The thread has its system calls dispatched to itself. */
  static final int DISPATCHED = 9;

  /** The descriptor is not the one that is meant. */
  static final int NOT_SAME = 10;

  // Places of the fields.
  static final int STATUS = 0;
  static final int ERROR = 8;
  static final int STEP = 16;
  static final int DESCRIPTOR = 24;
  static final int TID = 32;
  static final int CALL = 40;
  static final int RESULT = 48;
  static final int STOPPED_NANOS = 56;
  static final int WINDOW_NANOS = 64;
  static final int FRAMED = 72;
  static final int THREADS = 80;
  static final int STOPPED_AT = 88;

  /** One more than the number. */
  static final int REMOTE = 96;

  static final int REFUSED = 104;

  static Reply of(byte[] bytes) {
    ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new Reply(
        (int) block.getLong(STATUS),
        (int) block.getLong(ERROR),
        (int) block.getLong(STEP),
        (int) block.getLong(DESCRIPTOR),
        (int) block.getLong(TID),
        block.getLong(CALL),
        block.getLong(RESULT),
        block.getLong(STOPPED_NANOS),
        block.getLong(WINDOW_NANOS),
        block.getLong(FRAMED) != 0,
        (int) block.getLong(THREADS),
        (int) block.getLong(REFUSED),
        block.getLong(STOPPED_AT),
        (int) block.getLong(REMOTE) - 1);
  }
}
