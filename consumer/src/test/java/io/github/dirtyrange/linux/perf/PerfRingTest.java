package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final long USER = Abi.PERF_CONTEXT_USER;
  private static final long KERNEL = -128;

  private final ByteBuffer control = ByteBuffer.allocateDirect(Pages.SIZE).order(order());
  private final ByteBuffer data = ByteBuffer.allocateDirect(BYTES).order(order());
  private final PerfRing ring = new PerfRing(control, data, 0);
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

  /** A ring of the same buffers whose samples have call chains. */
  private List<List<Long>> takeChains(int mostDepth) {
    List<List<Long>> chains = new ArrayList<>();
    new PerfRing(control, data, mostDepth)
        .read(
            new FaultSink() {
              @Override
              public void fault(long address, int pid, int tid, long nanos) {
                throw new AssertionError("a sample without a chain");
              }

              @Override
              public void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
                long[] addresses = new long[chain.depth()];
                chain.copyTo(addresses, 0);
                chains.add(Arrays.stream(addresses).boxed().toList());
              }
            });
    return chains;
  }

  private void chained(long count, long... entries) {
    long[] payload = new long[4 + entries.length];
    payload[0] = (long) TID << 32 | PID;
    payload[1] = NANOS;
    payload[2] = 10;
    payload[3] = count;
    System.arraycopy(entries, 0, payload, 4, entries.length);
    append(Abi.PERF_RECORD_SAMPLE, payload);
  }

  @Test
  void aChainIsItsUserPart() {
    chained(3, USER, 0x401000, 0x402000);
    chained(5, KERNEL, 0xffffffff81000000L, USER, 0x403000, 0x404000);
    chained(0);
    assertThat(takeChains(8))
        .containsExactly(List.of(0x401000L, 0x402000L), List.of(0x403000L, 0x404000L), List.of());
  }

  @Test
  void aChainIsNoDeeperThanWasAskedFor() {
    chained(4, USER, 1, 2, 3);
    assertThat(takeChains(2)).containsExactly(List.of(1L, 2L));
  }

  @Test
  void aChainHasNoMoreThanItsRecord() {
    chained(100, USER, 1);
    chained(-1, USER, 2);
    sample(3);
    assertThat(takeChains(8)).containsExactly(List.of(1L), List.of(2L), List.of());
  }

  @Test
  void aRecordOfNoPossibleSizeEndsTheReading() {
    for (long size : new long[] {0, 7, 36, 4096}) {
      sample(1);
      put(size << 48 | Abi.PERF_RECORD_SAMPLE);
      put(5);
      sample(2);
      assertThat(take()).containsExactly(1L);
      assertThat(control.getLong(Abi.RING_DATA_TAIL)).isEqualTo(head);
    }
  }

  /** The kernel writes none of this; nor should it be able to make us read for ever. */
  @Property(tries = 1_000)
  void whateverIsInARingItIsReadToItsEnd(
      @ForAll @Size(value = 64) List<Long> words,
      @ForAll @Size(value = 8) List<@IntRange(max = 9) Integer> kinds,
      @ForAll @IntRange(max = 512) int waiting) {
    PerfRingTest fresh = new PerfRingTest();
    for (int at = 0; at < BYTES; at += Long.BYTES) {
      fresh.data.putLong(at, words.get(at / Long.BYTES % words.size()));
    }
    for (int i = 0; i < kinds.size(); i++) {
      fresh.data.putLong(i * 128, (long) (i * 8 + kinds.get(i)) << 48 | kinds.get(i));
    }
    fresh.control.putLong(Abi.RING_DATA_HEAD, waiting * 8L);
    assertThat(fresh.ring.hasAny(pid -> false)).isIn(true, false);
    fresh.ring.readForks((parent, child, nanos) -> {});
    assertThat(fresh.takeChains(4)).allMatch(chain -> chain.size() <= 4);
    assertThat(fresh.control.getLong(Abi.RING_DATA_TAIL)).isEqualTo(waiting * 8L);
    assertThat(fresh.take()).hasSizeLessThanOrEqualTo(BYTES / Long.BYTES);
  }

  /** Where records are longer, one is dropped earlier before the ring is full. */
  @Test
  void aLossIsPossibleEarlierWhereRecordsAreLonger() {
    PerfRing chains = new PerfRing(control, data, 32);
    fill(BYTES - 512);
    chains.skip();
    assertThat(chains.lossPossible()).isTrue();
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
