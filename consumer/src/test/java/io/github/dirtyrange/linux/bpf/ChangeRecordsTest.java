package io.github.dirtyrange.linux.bpf;

import static io.github.dirtyrange.linux.bpf.Value.number;
import static io.github.dirtyrange.linux.bpf.Value.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.MappedArea;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Ring, filter and counters, by a tracepoint that the kernel passes on entering every fault of user
 * code: programs at tracepoints may be allowed where those at functions are not.
 */
class ChangeRecordsTest {

  private static final int PAGES = 512;
  private static final int RING_BYTES = 1 << 20;

  private static final Hook FAULTS =
      new Hook(
          Change.FAULT,
          "faults of user code",
          List.of(
              new Hook.Variant(
                  Hook.When.TRACEPOINT,
                  "page_fault_user",
                  Hook.ANY,
                  new Hook.Owner.OfTask(new Value.CurrentTask()),
                  List.of(),
                  new Hook.Range(
                      parameter(0).and(-Pages.SIZE), new Value.Start().plus(number(Pages.SIZE))),
                  parameter(2).and(0xff),
                  List.of(parameter(0)))));

  private static Btf btf;

  /** Attaches a program at a tracepoint. */
  static ChangeRecords attach(int ringBytes) {
    return ChangeRecords.attach(btf, ringBytes, List.of(FAULTS));
  }

  @BeforeAll
  static void needsTracepoints() {
    assumeTrue(Files.isReadable(Btf.RUNNING), "this kernel tells no types (BTF)");
    btf = Btf.running();
    try (ChangeRecords records = ChangeRecords.attach(btf, RING_BYTES, List.of(FAULTS))) {
      assumeTrue(
          records.trials().get(0).attached(),
          "no program at a tracepoint: " + records.trials().get(0).refusal());
    } catch (KernelException e) {
      assumeTrue(false, "no BPF: " + e.getMessage());
    }
  }

  @Test
  void everyFirstWriteIsRecordedOnceAndInOrder() {
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        ChangeRecords records = ChangeRecords.attach(btf, RING_BYTES, List.of(FAULTS))) {
      followUs(records);
      touch(area, PAGES);
      List<Long> seen = new java.util.ArrayList<>();
      readAll(
          records,
          (change, start, end, information, more, last) -> {
            if (start >= area.address() && start < area.address() + area.bytes()) {
              assertThat(change).isEqualTo(Change.FAULT);
              assertThat(end).isEqualTo(start + Pages.SIZE);
              // A write (2) of user code (4) to a page that is not there (1 is not set).
              assertThat(information).isEqualTo(6);
              assertThat(more).isEqualTo(start);
              assertThat(last).isZero();
              seen.add(Pages.vpn(start));
            }
          });
      assertThat(seen).isSorted().doesNotHaveDuplicates();
      assertThat(seen.size() + records.lost()).isGreaterThanOrEqualTo(PAGES);
    }
  }

  @Test
  void whatFindsNoRoomIsCounted() {
    int pages = 512;
    try (MappedArea area = MappedArea.anonymous((long) pages * Pages.SIZE);
        ChangeRecords records = ChangeRecords.attach(btf, Pages.SIZE, List.of(FAULTS))) {
      followUs(records);
      touch(area, pages);
      Set<Long> seen = new TreeSet<>();
      readAll(records, (change, start, end, information, more, last) -> seen.add(start));
      assertThat(seen).hasSizeLessThan(pages);
      assertThat(records.lost()).isGreaterThanOrEqualTo(pages - seen.size());
    }
  }

  @Test
  void ofOthersAndOfWhoIsNotFollowedAnyMoreNothingIsRecorded() {
    try (MappedArea area = MappedArea.anonymous(2L * PAGES * Pages.SIZE);
        ChangeRecords records = ChangeRecords.attach(btf, RING_BYTES, List.of(FAULTS))) {
      records.follow(1, 1);
      touch(area, PAGES);
      assertThat(records.pendingBytes()).isZero();
      followUs(records);
      records.followNobody();
      touch(area, 2 * PAGES);
      assertThat(records.pendingBytes()).isZero();
    }
  }

  @Test
  void manyTimesRoundTheRing() {
    try (ChangeRecords records = ChangeRecords.attach(btf, 16 * Pages.SIZE, List.of(FAULTS))) {
      followUs(records);
      long lost = 0;
      for (int round = 0; round < 40; round++) {
        try (MappedArea area = MappedArea.anonymous(256L * Pages.SIZE)) {
          touch(area, 256);
          Set<Long> seen = new TreeSet<>();
          readAll(records, (change, start, end, information, more, last) -> seen.add(start));
          long missing = 0;
          for (int page = 0; page < 256; page++) {
            missing += seen.contains(area.address() + page * (long) Pages.SIZE) ? 0 : 1;
          }
          long lostBefore = lost;
          lost = records.lost();
          assertThat(missing).isLessThanOrEqualTo(lost - lostBefore);
        }
      }
    }
  }

  @Test
  void aRecordThatItsReaderThrowsAtIsNotReadAgain() {
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        ChangeRecords records = ChangeRecords.attach(btf, RING_BYTES, List.of(FAULTS))) {
      followUs(records);
      touch(area, 2);
      records.followNobody();
      long waiting = records.pendingBytes();
      assertThatThrownBy(
              () ->
                  records.read(
                      (change, start, end, information, more, last) -> {
                        throw new IllegalStateException("no more");
                      }))
          .hasMessage("no more");
      assertThat(records.pendingBytes()).isLessThan(waiting);
      readAll(records, (change, start, end, information, more, last) -> {});
      assertThat(records.pendingBytes()).isZero();
    }
  }

  /** Of memory that is not mapped any more nothing is read or written: that would end the JVM. */
  @Test
  void onceClosedNothingOfItIsTouched() {
    ChangeRecords records = ChangeRecords.attach(btf, RING_BYTES, List.of(FAULTS));
    records.close();
    assertThatThrownBy(records::followNobody).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(records::pendingBytes).isInstanceOf(IndexOutOfBoundsException.class);
    records.close();
  }

  @Test
  void aRingIsNoLargerThanItMayBe() {
    try (ChangeRecords records = ChangeRecords.attach(btf, 3L << 30, List.of(FAULTS))) {
      assertThat(records.memoryBytes()).isBetween(256L << 20, 257L << 20);
    }
  }

  /** A record that another thread is about to write keeps those behind it back. */
  private static void readAll(ChangeRecords records, RecordSink sink) {
    while (!records.read(sink)) {
      Thread.onSpinWait();
    }
  }

  private static void followUs(ChangeRecords records) {
    records.follow((int) ProcessHandle.current().pid(), 1);
  }

  private static void touch(MappedArea area, int pages) {
    for (int page = 0; page < pages; page++) {
      area.putLong(area.address() + page * (long) Pages.SIZE, 1);
    }
  }
}
