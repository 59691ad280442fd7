package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Mapping;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The ring that records come by, one for all CPUs, so that they have one order ({@code
 * kernel/bpf/ringbuf.c}). The records are mapped twice, one behind the other: none lies across the
 * end.
 *
 * <p>A record may be reserved and not written yet. Those behind it wait: who writes it has not
 * returned to its process.
 */
final class RecordRing implements AutoCloseable {

  /** Start, end, and information with the change's number in its lowest byte. */
  static final int LEAST_WORDS = 3;

  /** Its pages are taken at once, and mapped twice. */
  static final int MOST_BYTES = 256 << 20;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  private static final int HEADER_BYTES = Abi.BPF_RINGBUF_HEADER_BYTES;
  private static final int FLAGS = Abi.BPF_RINGBUF_BUSY_BIT | Abi.BPF_RINGBUF_DISCARD_BIT;

  /** The producer's position has a page of its own before the records. */
  private static final int RECORDS = Pages.SIZE;

  private final Descriptor map;
  private final int mask;
  private final Mapping consumerPage;
  private final Mapping records;

  /** Nothing may be looked at once it is unmapped. */
  private volatile ByteBuffer consumer;

  private volatile ByteBuffer producer;

  private RecordRing(Descriptor map, int bytes, Mapping consumerPage) {
    this.map = map;
    this.consumerPage = consumerPage;
    mask = bytes - 1;
    records = Mapping.readOnly(map, Pages.SIZE, RECORDS + 2L * bytes, "mmap of a BPF ring");
    consumer = consumerPage.view(0, Pages.SIZE);
    producer = records.view(0, RECORDS + 2 * bytes);
  }

  /**
   * Makes a ring.
   *
   * @param bytes a power of two of pages, {@link #MOST_BYTES} at most
   */
  static RecordRing create(int bytes) {
    Descriptor map = createMap(bytes);
    try {
      Mapping page = Mapping.shared(map, Pages.SIZE, "mmap of a BPF ring");
      try {
        return new RecordRing(map, bytes, page);
      } catch (RuntimeException | Error e) {
        page.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  /** Makes the map alone. */
  static Descriptor createMap(int bytes) {
    return Bpf.createMap(Abi.BPF_MAP_TYPE_RINGBUF, 0, 0, bytes, 0);
  }

  int number() {
    return map.number();
  }

  /** {@return how many bytes of records are waiting} */
  long pendingBytes() {
    return producerAt() - consumerAt();
  }

  private long producerAt() {
    return (long) LONG.getAcquire(producer, 0);
  }

  private long consumerAt() {
    return (long) LONG.getAcquire(consumer, 0);
  }

  /**
   * Hands out the records that are waiting, up to one that is not written yet, and frees their
   * room. One that the sink throws at is not handed out again.
   *
   * @return whether all of what was waiting at the beginning was handed out
   */
  boolean read(RecordSink sink) {
    long goal = producerAt();
    long at = consumerAt();
    while (at < goal) {
      int header = (int) INT.getAcquire(producer, RECORDS + (int) (at & mask));
      if ((header & Abi.BPF_RINGBUF_BUSY_BIT) != 0) {
        return false;
      }
      int length = header & ~FLAGS;
      int place = RECORDS + (int) (at & mask) + HEADER_BYTES;
      at += (length + HEADER_BYTES + Long.BYTES - 1) & -Long.BYTES;
      try {
        if ((header & Abi.BPF_RINGBUF_DISCARD_BIT) == 0) {
          handOut(place, length / Long.BYTES, sink);
        }
      } finally {
        LONG.setRelease(consumer, 0, at);
      }
    }
    return true;
  }

  private void handOut(int at, int words, RecordSink sink) {
    long information = word(at, 2);
    sink.record(
        Change.of((int) information & 0xff),
        word(at, 0),
        word(at, 1),
        information >>> Byte.SIZE,
        words > LEAST_WORDS ? word(at, LEAST_WORDS) : 0,
        words > LEAST_WORDS + 1 ? word(at, LEAST_WORDS + 1) : 0);
  }

  private long word(int at, int index) {
    return producer.getLong(at + index * Long.BYTES);
  }

  /** {@return the memory that it takes, in bytes} */
  long memoryBytes() {
    return mask + 1L + 2L * Pages.SIZE;
  }

  @Override
  public void close() {
    consumer = NONE;
    producer = NONE;
    records.close();
    consumerPage.close();
    map.close();
  }
}
