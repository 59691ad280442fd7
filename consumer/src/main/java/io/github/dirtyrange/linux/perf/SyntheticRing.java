package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/** A perf ring in ordinary memory that this process fills itself, to time the reading of one. */
public final class SyntheticRing implements FaultSource {

  private static final long SAMPLE_HEADER = (long) Abi.SAMPLE_BYTES << 48 | Abi.PERF_RECORD_SAMPLE;

  private final ByteBuffer control = Sys.struct(Pages.SIZE);
  private final ByteBuffer data;
  private final PerfRing ring;
  private long head;

  /** Makes an empty ring of that many bytes, a power of two. */
  public SyntheticRing(int dataBytes) {
    data = Sys.struct(dataBytes);
    ring = new PerfRing(control, data);
  }

  /** Appends a sample of a fault; there must be room. */
  public void append(long address) {
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
