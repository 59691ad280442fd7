package io.github.dirtyrange.linux.bpf;

import static io.github.dirtyrange.linux.bpf.Value.number;
import static io.github.dirtyrange.linux.bpf.Value.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.MappedArea;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
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
                  // Whose memory it is cannot be found here: who runs has a number, too.
                  new Hook.Owner.OfMemory(new Value.CurrentTask().member("task_struct", "tgid")),
                  List.of(),
                  new Hook.Range(
                      parameter(0).and(-Pages.SIZE), new Value.Start().plus(number(Pages.SIZE))),
                  parameter(2).and(0xff),
                  List.of(parameter(0)))));

  private static Btf btf;

  /** Attaches a program at a tracepoint. */
  static RecordPrograms attach() {
    return RecordPrograms.attach(btf, List.of(FAULTS));
  }

  /** Has it record faults of a process. */
  static ChangeRecords open(long pid, int ringBytes) {
    try (RecordPrograms programs = attach()) {
      return ChangeRecords.open(programs, pid, ringBytes);
    }
  }

  private static ChangeRecords ofUs(int ringBytes) {
    return open(ProcessHandle.current().pid(), ringBytes);
  }

  @BeforeAll
  static void needsTracepoints() {
    assumeTrue(Files.isReadable(Btf.RUNNING), "this kernel tells no types (BTF)");
    btf = Btf.running();
    try (RecordPrograms programs = attach()) {
      assumeTrue(
          programs.trials().get(0).attached(),
          "no program at a tracepoint: " + programs.trials().get(0).refusal());
    } catch (KernelException e) {
      assumeTrue(false, "no BPF: " + e.getMessage());
    }
  }

  @Test
  void everyFirstWriteIsRecordedOnceAndInOrder() {
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        ChangeRecords records = ofUs(RING_BYTES)) {
      records.follow();
      touch(area, PAGES);
      List<Long> seen = new ArrayList<>();
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
        ChangeRecords records = ofUs(Pages.SIZE)) {
      records.follow();
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
        RecordPrograms programs = attach();
        ChangeRecords ofAnother = ChangeRecords.open(programs, 1, RING_BYTES)) {
      ofAnother.follow();
      touch(area, PAGES);
      try (ChangeRecords ofUs =
          ChangeRecords.open(programs, ProcessHandle.current().pid(), RING_BYTES)) {
        touch(area, 2 * PAGES);
        ofUs.follow();
        ofUs.followNobody();
        touch(area, 2 * PAGES);
        assertThat(ofUs.pendingBytes()).isZero();
      }
      assertThat(ofAnother.pendingBytes()).isZero();
    }
  }

  /** Programs are shared: who is followed beside another has records of its own. */
  @Test
  void eachThatIsFollowedHasItsOwnRecords() {
    long us = ProcessHandle.current().pid();
    try (MappedArea area = MappedArea.anonymous(3L * PAGES * Pages.SIZE);
        RecordPrograms programs = attach()) {
      ChangeRecords before = ChangeRecords.open(programs, 1, RING_BYTES);
      try (ChangeRecords ofUs = ChangeRecords.open(programs, us, RING_BYTES)) {
        before.follow();
        ofUs.follow();
        try (ChangeRecords after = ChangeRecords.open(programs, 2, RING_BYTES)) {
          after.follow();
          assertToldAll(ofUs, area, 0);
        }
        assertToldAll(ofUs, area, PAGES);
        assertThat(before.hasAny()).isFalse();
        before.close();
        assertToldAll(ofUs, area, 2 * PAGES);
      } finally {
        before.close();
      }
    }
  }

  private static void assertToldAll(ChangeRecords records, MappedArea area, int first) {
    long lost = records.lost();
    Set<Long> seen = new TreeSet<>();
    for (int page = first; page < first + PAGES; page++) {
      area.putLong(area.address() + page * (long) Pages.SIZE, 1);
    }
    readAll(records, (change, start, end, information, more, last) -> seen.add(start));
    long told =
        LongStream.range(first, first + PAGES)
            .filter(page -> seen.contains(area.address() + page * Pages.SIZE))
            .count();
    assertThat(told + records.lost() - lost).isGreaterThanOrEqualTo(PAGES);
    assertThat(told).isPositive();
  }

  @Test
  void nobodyIsFollowedTwiceByTheSamePrograms() {
    try (RecordPrograms programs = attach()) {
      try (ChangeRecords records = ChangeRecords.open(programs, 1, RING_BYTES)) {
        assertThat(records.hasAny()).isFalse();
        assertThatThrownBy(() -> ChangeRecords.open(programs, 1, RING_BYTES))
            .isInstanceOfSatisfying(
                KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
      }
      ChangeRecords.open(programs, 1, RING_BYTES).close();
    }
  }

  @Test
  void moreThanThereIsRoomForAreRefusedAndNobodyElseSuffers() {
    long us = ProcessHandle.current().pid();
    List<ChangeRecords> all = new ArrayList<>();
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        RecordPrograms programs = attach()) {
      for (int i = 1; i < Targets.MOST; i++) {
        all.add(ChangeRecords.open(programs, Integer.MAX_VALUE + (long) i, Pages.SIZE));
      }
      ChangeRecords ofUs = ChangeRecords.open(programs, us, RING_BYTES);
      all.add(ofUs);
      assertThatThrownBy(() -> ChangeRecords.open(programs, 1, Pages.SIZE))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("more than " + Targets.MOST + " processes");
      ofUs.follow();
      assertToldAll(ofUs, area, 0);
    } finally {
      all.forEach(ChangeRecords::close);
    }
  }

  @Test
  void manyTimesRoundTheRing() {
    try (ChangeRecords records = ofUs(16 * Pages.SIZE)) {
      records.follow();
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
        ChangeRecords records = ofUs(RING_BYTES)) {
      records.follow();
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
    ChangeRecords records = ofUs(RING_BYTES);
    records.close();
    assertThatThrownBy(records::followNobody).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(records::pendingBytes).isInstanceOf(IndexOutOfBoundsException.class);
    records.close();
  }

  /** Its slot is another's by then. */
  @Test
  void onceClosedItDoesNotSayWhatIsRecordedOfAnother() {
    long us = ProcessHandle.current().pid();
    try (MappedArea area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
        RecordPrograms programs = attach()) {
      ChangeRecords closed = ChangeRecords.open(programs, 1, RING_BYTES);
      closed.close();
      try (ChangeRecords ofUs = ChangeRecords.open(programs, us, RING_BYTES)) {
        ofUs.follow();
        assertThatThrownBy(closed::followNobody).hasMessage("used after close");
        assertToldAll(ofUs, area, 0);
      }
    }
  }

  /** What is asked of the kernel is asked in the same place by all who share programs. */
  @Test
  void lossesAreAskedForByManyThreadsAtOnce() throws InterruptedException {
    try (RecordPrograms programs = attach()) {
      List<Thread> threads = new ArrayList<>();
      AtomicLong wrong = new AtomicLong();
      for (int i = 0; i < 4; i++) {
        threads.add(new Thread(() -> wrong.addAndGet(wrongAnswers(programs))));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong.get()).isZero();
    }
  }

  private static long wrongAnswers(RecordPrograms programs) {
    long wrong = 0;
    long before = 0;
    for (int i = 0; i < 20_000; i++) {
      try {
        long misses = programs.misses(false);
        wrong += misses < before ? 1 : 0;
        before = misses;
      } catch (KernelException e) {
        wrong++;
      }
    }
    return wrong;
  }

  @Test
  void aRingIsNoLargerThanItMayBe() {
    try (ChangeRecords records = ofUs(1 << 30)) {
      assertThat(records.memoryBytes()).isBetween(256L << 20, 257L << 20);
    }
  }

  /** A record that another thread is about to write keeps those behind it back. */
  private static void readAll(ChangeRecords records, RecordSink sink) {
    while (!records.read(sink)) {
      Thread.onSpinWait();
    }
  }

  private static void touch(MappedArea area, int pages) {
    for (int page = 0; page < pages; page++) {
      area.putLong(area.address() + page * (long) Pages.SIZE, 1);
    }
  }
}
