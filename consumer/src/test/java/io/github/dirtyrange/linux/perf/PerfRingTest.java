package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PerfRingTest {

  private static final int PERF_RECORD_LOST = 2;
  private static final int BYTES = Pages.SIZE;
  private static final int PID = 7;
  private static final int TID = 9;
  private static final long NANOS = 1L << 40;

  private final ByteBuffer control = ByteBuffer.allocateDirect(Pages.SIZE).order(order());
  private final ByteBuffer data = ByteBuffer.allocateDirect(BYTES).order(order());
  private final PerfRing ring = new PerfRing(control, data);
  private final List<Long> read = new ArrayList<>();
  private long head;

  private static ByteOrder order() {
    return ByteOrder.nativeOrder();
  }

  @BeforeEach
  void nothingIsWaiting() {
    assertThat(ring.pendingBytes()).isZero();
  }

  private void append(int type, long... payload) {
    put((Long.BYTES * (1L + payload.length)) << 48 | type);
    for (long value : payload) {
      put(value);
    }
    control.putLong(Abi.RING_DATA_HEAD, head);
  }

  private void sample(long address) {
    append(Abi.PERF_RECORD_SAMPLE, (long) TID << 32 | PID, NANOS, address);
  }

  private void put(long value) {
    data.putLong((int) (head % BYTES), value);
    head += Long.BYTES;
  }

  private List<Long> take() {
    read.clear();
    ring.read((address, pid, tid, nanos) -> read.add(address));
    return read;
  }

  @Test
  void samplesAreReadOnceInOrder() {
    sample(10);
    sample(20);
    assertThat(ring.pendingBytes()).isEqualTo(64);
    assertThat(take()).containsExactly(10L, 20L);
    assertThat(control.getLong(Abi.RING_DATA_TAIL)).isEqualTo(64);
    assertThat(take()).isEmpty();
  }

  @Test
  void aSampleSaysWhoFaultedAndWhen() {
    sample(10);
    List<Long> fields = new ArrayList<>();
    ring.read(
        (address, pid, tid, nanos) ->
            fields.addAll(List.of(address, (long) pid, (long) tid, nanos)));
    assertThat(fields).containsExactly(10L, (long) PID, (long) TID, NANOS);
  }

  @Test
  void recordsOfOtherKindsAreSteppedOver() {
    sample(1);
    append(PERF_RECORD_LOST, 7, 3);
    sample(2);
    assertThat(take()).containsExactly(1L, 2L);
  }

  @Test
  void skippedSamplesAreNotReadLater() {
    sample(1);
    ring.skip();
    sample(2);
    assertThat(take()).containsExactly(2L);
  }

  @Property(tries = 200)
  void everySampleIsReadHoweverTheRecordsWrap(
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 100) Integer> batches) {
    PerfRingTest fresh = new PerfRingTest();
    long next = 0;
    for (int batch : batches) {
      List<Long> expected = new ArrayList<>();
      // Records of 24 bytes put the next sample's halves on both sides of the ring's end.
      fresh.append(PERF_RECORD_LOST, 0, batch);
      for (int i = 0; i < batch; i++) {
        fresh.sample(next);
        expected.add(next++);
      }
      assertThat(fresh.take()).isEqualTo(expected);
      assertThat(fresh.ring.lossPossible()).isFalse();
    }
  }

  @Test
  void aLossIsPossibleOnlyWhenTheRingWasNearlyFull() {
    fill(BYTES - 512);
    take();
    assertThat(ring.lossPossible()).isFalse();
    fill(BYTES - 32);
    take();
    assertThat(ring.lossPossible()).isTrue();
    take();
    assertThat(ring.lossPossible()).isFalse();
  }

  @Test
  void aLossIsPossibleWhenTheRingFilledUpWhileItWasRead() {
    fill(BYTES / 2);
    ring.read(
        (address, pid, tid, nanos) -> {
          if (head < BYTES - 32) {
            sample(0);
          }
        });
    assertThat(ring.lossPossible()).isTrue();
  }

  private void fill(int bytes) {
    for (int i = 0; i < bytes / Abi.SAMPLE_BYTES; i++) {
      sample(i);
    }
  }
}
