package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A perf ring of one CPU, mapped into this process: the kernel appends records and moves the head,
 * we read them and move the tail ({@code kernel/events/ring_buffer.c}).
 *
 * <p>A record for which there is no room is dropped. That can be ruled out without a system call: a
 * drop happens at a head that is nearly a whole ring past the tail which the kernel then saw. So
 * when the head, read again after the tail was moved, is still well within one ring of the old
 * tail, nothing was dropped before the move; what may be dropped after it falls into the next
 * check. Where that does not rule it out, only the events' own counts tell.
 */
final class PerfRing implements AutoCloseable {

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /**
   * What the kernel may need besides a sample's 16 bytes: a record of 24 bytes that announces a
   * loss, and a head that has been moved but is not yet seen here.
   */
  private static final int SLACK_BYTES = 256;

  private final long address;
  private final long mappedBytes;
  private final ByteBuffer control;
  private final ByteBuffer data;
  private final int mask;
  private long tail;
  private boolean lossPossible;

  private PerfRing(long address, int dataBytes) {
    this.address = address;
    this.mappedBytes = (long) Pages.SIZE + dataBytes;
    this.control = Sys.view(address, Pages.SIZE);
    this.data = Sys.view(address + control.getLong(Abi.RING_DATA_OFFSET), dataBytes);
    this.mask = dataBytes - 1;
  }

  /**
   * Maps the ring of an event.
   *
   * @param dataPages room for records, a power of two
   * @throws io.github.dirtyrange.kernel.KernelException EPERM if so much may not be locked
   */
  static PerfRing map(Descriptor event, int dataPages) {
    int dataBytes = Math.multiplyExact(dataPages, Pages.SIZE);
    long length = (long) Pages.SIZE + dataBytes;
    int protection = Abi.PROT_READ | Abi.PROT_WRITE;
    long address =
        Sys.check(
            Sys.libc().mmap(null, length, protection, Abi.MAP_SHARED, event.number(), 0),
            "mmap of a perf ring of " + dataPages + " pages");
    return new PerfRing(address, dataBytes);
  }

  /** {@return how many bytes of records are waiting} */
  long pendingBytes() {
    return head() - tail;
  }

  /** Hands out the addresses of all samples that are waiting, oldest first, and frees their room. */
  void read(FaultSink sink) {
    long head = head();
    for (long at = tail; at < head; ) {
      // struct perf_event_header: type in the low half, size in the highest 16 bits.
      long header = data.getLong((int) at & mask);
      if ((int) header == Abi.PERF_RECORD_SAMPLE) {
        sink.fault(data.getLong((int) (at + Abi.RECORD_HEADER_BYTES) & mask));
      }
      at += header >>> 48;
    }
    moveTail(head);
  }

  /** Drops everything that is waiting, unread. */
  void skip() {
    moveTail(head());
  }

  /** {@return whether a record may have been dropped between the last two reads or skips} */
  boolean lossPossible() {
    return lossPossible;
  }

  /** {@return the memory that is mapped, in bytes} */
  long memoryBytes() {
    return mappedBytes;
  }

  private long head() {
    return (long) LONG.getAcquire(control, Abi.RING_DATA_HEAD);
  }

  private void moveTail(long head) {
    long oldTail = tail;
    tail = head;
    LONG.setRelease(control, Abi.RING_DATA_TAIL, head);
    VarHandle.fullFence();
    lossPossible = head() - oldTail > data.capacity() - SLACK_BYTES;
  }

  /** Unmaps the ring, which must not be read afterwards. */
  @Override
  public void close() {
    Sys.libc().munmap(address, mappedBytes);
  }
}
