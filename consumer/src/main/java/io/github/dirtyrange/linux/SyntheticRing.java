package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import java.nio.ByteBuffer;

/** A perf ring in ordinary memory that this process fills itself, to time the reading of one. */
final class SyntheticRing implements FaultSource {

  private static final long SAMPLE_HEADER = (long) Abi.SAMPLE_BYTES << 48 | Abi.PERF_RECORD_SAMPLE;

  private final ByteBuffer control = Sys.struct(Pages.SIZE);
  private final ByteBuffer data;
  private final PerfRing ring;
  private long head;

  /** Makes an empty ring of that many bytes, a power of two. */
  SyntheticRing(int dataBytes) {
    data = Sys.struct(dataBytes);
    ring = new PerfRing(control, data);
  }

  /** Appends a sample of a fault; there must be room. */
  void append(long address) {
    int at = (int) head & (data.capacity() - 1);
    data.putLong(at, SAMPLE_HEADER).putLong(at + Abi.RECORD_HEADER_BYTES, address);
    head += Abi.SAMPLE_BYTES;
    control.putLong(Abi.RING_DATA_HEAD, head);
  }

  @Override
  public long pendingSamples() {
    return ring.pendingBytes() / Abi.SAMPLE_BYTES;
  }

  @Override
  public void read(FaultSink sink) {
    ring.read(sink);
  }

  @Override
  public void skip() {
    ring.skip();
  }

  @Override
  public boolean hasLost() {
    return false;
  }
}
