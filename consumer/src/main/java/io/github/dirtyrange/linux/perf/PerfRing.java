package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A perf ring of one CPU in mapped memory: the kernel appends records and moves the head, we read
 * them and move the tail ({@code kernel/events/ring_buffer.c}).
 *
 * <p>A record for which there is no room is dropped. That can be ruled out without a system call: a
 * drop happens at a head that is nearly a whole ring past the tail which the kernel then saw. So
 * when the head, read again after the tail was moved, is still well within one ring of the old
 * tail, nothing was dropped before the move; what may be dropped after it falls into the next
 * check. Where that does not rule it out, only the events' own counts tell.
 */
final class PerfRing {

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /**
   * What the kernel may need besides a sample's 32 bytes: a record of 24 bytes that announces a
   * loss, and heads that have been moved but are not yet seen here. A record of a process that was
   * made, or has ended, has 32 bytes as well. It holds only where no larger one is written, call
   * chains apart: events that ask for mappings or names need a ring of their own.
   */
  private static final int SLACK_BYTES = 256;

  /** So many markers may be among the addresses of a chain (perf_event_max_contexts_per_stack). */
  private static final int MOST_MARKERS = 8;

  private final ByteBuffer control;
  private final ByteBuffer data;
  private final int mask;
  private final int slackBytes;

  /** Null where samples have no call chains. */
  private final @Nullable SampledChain chain;

  private long tail;
  private long mark;
  private long forksRead;
  private long looked;
  private boolean lossPossible;

  /**
   * Reads the ring whose {@code struct perf_event_mmap_page} and whose records these buffers are.
   *
   * @param data direct, its capacity a power of two
   * @param chainDepth how deep the call chains of its samples are at most; 0 if they have none
   */
  PerfRing(ByteBuffer control, ByteBuffer data, int chainDepth) {
    this.control = control;
    this.data = data;
    this.mask = data.capacity() - 1;
    chain = chainDepth == 0 ? null : new SampledChain(chainDepth);
    slackBytes =
        chainDepth == 0 ? SLACK_BYTES : SLACK_BYTES + Long.BYTES * (1 + MOST_MARKERS + chainDepth);
  }

  /** {@return how many bytes of records are waiting} */
  long pendingBytes() {
    return head() - tail;
  }

  /** Hands out all samples that are waiting, oldest first, and frees their room. */
  void read(FaultSink sink) {
    mark();
    readMarked(sink);
  }

  /** Marks what is waiting: {@link #readMarked} goes as far as that. */
  void mark() {
    mark = head();
  }

  /** Hands out the samples before the mark, oldest first, and frees their room. */
  void readMarked(FaultSink sink) {
    for (long at = tail; at < mark; ) {
      long header = header(at);
      if (!isRecord(at, header, mark)) {
        break;
      }
      if ((int) header == Abi.PERF_RECORD_SAMPLE) {
        handOut(at, header, sink);
      }
      at += size(header);
    }
    moveTail(mark);
  }

  /**
   * {@return whether a record may begin there} Where none can, nothing tells where the next one is,
   * and the rest is dropped: its samples are fewer than the faults that the kernel has counted
   * ({@link FaultBalance}).
   */
  private static boolean isRecord(long at, long header, long end) {
    long size = size(header);
    return size >= Abi.RECORD_HEADER_BYTES && size % Long.BYTES == 0 && at + size <= end;
  }

  /** Hands out the processes that were made, each once, those after the mark as well. */
  void readForks(ForkSink sink) {
    long head = head();
    long at = Math.max(tail, forksRead);
    while (at < head) {
      long header = header(at);
      if (!isRecord(at, header, head)) {
        break;
      }
      if ((int) header == Abi.PERF_RECORD_FORK) {
        int child = data.getInt((int) (at + Abi.FORK_PID) & mask);
        int parent = data.getInt((int) (at + Abi.FORK_PARENT) & mask);
        sink.forked(parent, child, data.getLong((int) (at + Abi.FORK_TIME) & mask));
      }
      at += size(header);
    }
    forksRead = head;
  }

  /**
   * {@return whether there is something for a reader among what is waiting: a sample of a process
   * that passes, or a process that such a one made; or hardly any room} Looks at each record once,
   * however often it is asked.
   */
  boolean hasAny(IntPredicate passes) {
    long head = head();
    boolean any = head - tail > data.capacity() - slackBytes;
    long at = Math.max(tail, looked);
    while (!any && at < head) {
      long header = header(at);
      any = !isRecord(at, header, head) || passes.test(origin(at, (int) header));
      at += any ? 0 : size(header);
    }
    looked = at;
    return any;
  }

  /** {@return the process that a record comes from; -1 where that does not matter} */
  private int origin(long at, int type) {
    return switch (type) {
      case Abi.PERF_RECORD_SAMPLE -> data.getInt((int) (at + Abi.SAMPLE_PID) & mask);
      case Abi.PERF_RECORD_FORK -> data.getInt((int) (at + Abi.FORK_PARENT) & mask);
      default -> -1;
    };
  }

  /** {@code struct perf_event_header}: type in the low half, size in the highest 16 bits. */
  private long header(long at) {
    return data.getLong((int) at & mask);
  }

  private static long size(long header) {
    return header >>> 48;
  }

  /**
   * A record is a multiple of 8 bytes long, so that none of its longs lies across the ring's end.
   */
  private void handOut(long at, long header, FaultSink sink) {
    long thread = word(at + Abi.SAMPLE_PID);
    long address = word(at + Abi.SAMPLE_ADDRESS);
    long nanos = word(at + Abi.SAMPLE_TIME);
    if (chain == null) {
      sink.fault(address, (int) thread, (int) (thread >>> 32), nanos);
    } else {
      readChain(at, size(header), chain);
      sink.fault(address, (int) thread, (int) (thread >>> 32), nanos, chain);
    }
  }

  /** Reads as many entries as the record says that it has, and no more than it has room for. */
  private void readChain(long at, long size, SampledChain into) {
    into.clear();
    long room = Math.max(0, (size - Abi.SAMPLE_CHAIN) / Long.BYTES);
    long said = room == 0 ? 0 : word(at + Abi.SAMPLE_CHAIN_COUNT);
    long count = said < 0 ? room : Math.min(said, room);
    for (long i = 0; i < count; i++) {
      into.add(word(at + Abi.SAMPLE_CHAIN + Long.BYTES * i));
    }
  }

  private long word(long at) {
    return data.getLong((int) at & mask);
  }

  /** Drops everything that is waiting, unread. */
  void skip() {
    mark();
    skipMarked();
  }

  /** Drops what is before the mark, unread. */
  void skipMarked() {
    moveTail(mark);
  }

  /** {@return whether a record may have been dropped between the last two reads or skips} */
  boolean lossPossible() {
    return lossPossible;
  }

  private long head() {
    return (long) LONG.getAcquire(control, Abi.RING_DATA_HEAD);
  }

  private void moveTail(long head) {
    long oldTail = tail;
    tail = head;
    LONG.setRelease(control, Abi.RING_DATA_TAIL, head);
    VarHandle.fullFence();
    lossPossible = head() - oldTail > data.capacity() - slackBytes;
  }
}
