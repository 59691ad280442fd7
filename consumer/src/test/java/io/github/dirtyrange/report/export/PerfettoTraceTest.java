package io.github.dirtyrange.report.export;

import static io.github.dirtyrange.report.export.Rounds.round;
import static io.github.dirtyrange.report.export.Rounds.target;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PerfettoTraceTest {

  private static final LiveTarget SERVER = target(7, "server");
  private static final List<ThreadShare> NOBODY = List.of();

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private long now = 1000;
  private final PerfettoTrace trace = new PerfettoTrace(file, () -> now, 5_000_000);

  private PerfettoFile read() throws Exception {
    return new PerfettoFile(file.toByteArray());
  }

  @Test
  void theFirstPacketHasClocksAndNamesAndTheOthersBuildOnIt() throws Exception {
    trace.tracked(SERVER, false);
    List<Message> packets = read().packets();
    Message first = packets.get(0);
    assertThat(Fields.number(first, "sequence_flags")).isEqualTo(1);
    assertThat(Fields.text(first, "first_packet_on_sequence")).isEqualTo("true");
    assertThat(Fields.number(Fields.message(first, "trace_packet_defaults"), "timestamp_clock_id"))
        .isEqualTo(3);
    Message clocks = Fields.message(first, "clock_snapshot");
    assertThat(Fields.messages(clocks, "clocks"))
        .extracting(
            clock -> Fields.number(clock, "clock_id") + " " + Fields.number(clock, "timestamp"))
        .containsExactly("3 1000", "1 5000000");
    assertThat(packets)
        .allSatisfy(
            packet -> assertThat(Fields.number(packet, "trusted_packet_sequence_id")).isPositive());
    assertThat(packets.subList(1, packets.size()))
        .isNotEmpty()
        .allSatisfy(packet -> assertThat(Fields.number(packet, "sequence_flags")).isEqualTo(2));
  }

  @Test
  void aRoundIsASliceWithItsNumbers() throws Exception {
    trace.tracked(SERVER, false);
    trace.round(SERVER, round(1, 100, List.of(new MappingShare("[heap]", 5)), NOBODY));
    PerfettoFile read = read();
    assertThat(read.on("server (7) > rounds")).containsExactly("1090 begin round", "1100 end");
    assertThat(read.notes("round"))
        .containsExactly(
            Map.of(
                "round", "1",
                "changedPages", "5",
                "runs", "2",
                "inspected", "30",
                "method", "scan-by-choice",
                "roundNanos", "10",
                "stoppedNanos", "4",
                "trackerCpuNanos", "6",
                "missedByQueue", "8"));
  }

  /** A counter is drawn until its next value: pages stand over the time in which they changed. */
  @Test
  void aMappingHasACounterThatFallsToZero() throws Exception {
    trace.tracked(SERVER, false);
    trace.round(SERVER, round(1, 100, List.of(new MappingShare("[heap]", 5)), NOBODY));
    trace.round(SERVER, round(2, 200, List.of(new MappingShare("[unknown]", 1)), NOBODY));
    trace.round(SERVER, round(3, 300, List.of(new MappingShare("[heap]", 6)), NOBODY));
    trace.finished();
    PerfettoFile read = read();
    assertThat(read.on("server (7) > pages changed > [heap]"))
        .containsExactly("1000 = 5", "1100 = 0", "1200 = 6", "1300 = 0");
    assertThat(read.on("server (7) > pages changed > [unknown]"))
        .containsExactly("1100 = 1", "1200 = 0");
  }

  @Test
  void aThreadHasATrackUnderTheNameThatItGotLast() throws Exception {
    trace.tracked(SERVER, false);
    trace.round(SERVER, round(1, 100, List.of(), List.of(new ThreadShare(9, "", 3))));
    trace.round(SERVER, round(2, 200, List.of(), List.of(new ThreadShare(9, "io", 4))));
    trace.round(SERVER, round(3, 300, List.of(), List.of(new ThreadShare(9, "", 5))));
    PerfettoFile read = read();
    assertThat(read.on("server (7) > io [9] > pages"))
        .containsExactly("1000 = 3", "1100 = 4", "1200 = 5");
  }

  @Test
  void whatIsMappedAndUnmappedIsAMomentEach() throws Exception {
    trace.tracked(SERVER, false);
    List<MappedPart> gone = List.of(new MappedPart(0x10, 0x12, "[anon]"));
    List<MappedPart> added = List.of(new MappedPart(0xfff, 0x1000, "/lib/x"));
    trace.round(SERVER, round(1, 100, List.of(), NOBODY, gone, added));
    PerfettoFile read = read();
    assertThat(read.on("server (7) > mmap and munmap")).containsExactly("1100 munmap", "1100 mmap");
    assertThat(read.notes("munmap"))
        .containsExactly(Map.of("mapping", "[anon]", "start", "0x10000", "pages", "2"));
    assertThat(read.notes("mmap"))
        .containsExactly(Map.of("mapping", "/lib/x", "start", "0xfff000", "pages", "1"));
  }

  /** Who describes the process and reports it elsewhere may take long. */
  @Test
  void roundsLieWhereTheyWereHoweverLateTheTraceIsTold() throws Exception {
    now = 1700;
    trace.tracked(SERVER, false);
    trace.round(SERVER, round(1, 100, List.of(new MappingShare("[heap]", 5)), NOBODY));
    trace.finished();
    PerfettoFile read = read();
    assertThat(read.on("server (7)")).containsExactly("1000 tracked");
    assertThat(read.on("server (7) > pages changed > [heap]"))
        .containsExactly("1000 = 5", "1100 = 0");
  }

  @Test
  void aProgramThatIsExecutedGoesOnOnTheSameTracksFromItsOwnArmingOn() throws Exception {
    trace.tracked(SERVER, false);
    trace.startedBefore(77);
    trace.round(SERVER, round(1, 100, List.of(new MappingShare("[heap]", 5)), NOBODY));
    now = 2500;
    LiveTarget program = target(7, "other", 2000);
    trace.tracked(program, true);
    trace.round(program, round(1, 50, List.of(new MappingShare("[heap]", 6)), NOBODY));
    now = 3000;
    trace.ended(program, Reason.ZOMBIE);
    PerfettoFile read = read();
    assertThat(read.on("other (7)"))
        .containsExactly("1000 tracked", "1000 begun", "2000 exec", "3000 end");
    assertThat(read.notes("begun")).containsExactly(Map.of("nanosBefore", "77"));
    assertThat(read.notes("end")).containsExactly(Map.of("why", "zombie"));
    assertThat(read.on("other (7) > pages changed > [heap]"))
        .containsExactly("1000 = 5", "1100 = 0", "2000 = 6", "2050 = 0");
  }

  @Test
  void aProcessThatIsNotTrackedIsNamed() throws Exception {
    trace.tracked(SERVER, false);
    trace.notTracked(7, "server", "its forks are not seen");
    trace.notTracked(8, "sh", "ended before it was armed");
    trace.notTracked(9, "sh", "ended before it was armed");
    PerfettoFile read = read();
    assertThat(read.on("server (7)")).contains("1000 not tracked");
    assertThat(read.on("not tracked")).hasSize(2);
    assertThat(read.notes("not tracked"))
        .contains(Map.of("pid", "8", "name", "sh", "why", "ended before it was armed"));
  }

  @Test
  void aForkIsAMomentOfWhoeverForked() throws Exception {
    trace.tracked(SERVER, false);
    trace.forked(7, 8, 1200);
    trace.forked(7, 9, 1300);
    PerfettoFile read = read();
    assertThat(read.on("server (7)")).containsExactly("1000 tracked", "1200 fork", "1300 fork");
    assertThat(read.notes("fork")).containsExactly(Map.of("pid", "8"), Map.of("pid", "9"));
  }

  /** A child may start others before it is armed, and gets its track only then. */
  @Test
  void aForkByAChildThatIsNotArmedYetWaitsForItsTrack() throws Exception {
    trace.tracked(SERVER, false);
    trace.forked(7, 8, 1200);
    trace.forked(8, 9, 1250);
    trace.forked(9, 10, 1260);
    trace.forked(7, 11, 1270);
    trace.forked(11, 12, 1280);
    trace.tracked(target(8, "child", 1300), false);
    trace.notTracked(9, "sh", "ended before it was armed");
    trace.forked(9, 13, 1400);
    trace.finished();
    PerfettoFile read = read();
    assertThat(read.on("server (7)")).containsExactly("1000 tracked", "1200 fork", "1270 fork");
    assertThat(read.on("child (8)")).containsExactly("1300 tracked", "1250 fork");
    assertThat(read.on("not tracked"))
        .containsExactly("1000 not tracked", "1260 fork", "1400 fork", "1280 fork");
    assertThat(read.notes("fork"))
        .contains(
            Map.of("parentPid", "9", "pid", "10"),
            Map.of("parentPid", "9", "pid", "13"),
            Map.of("parentPid", "11", "pid", "12"));
  }

  @Test
  void aNumberThatAnotherProcessGetsHasTracksOfItsOwn() throws Exception {
    trace.tracked(SERVER, false);
    trace.ended(SERVER, Reason.ENDED);
    trace.tracked(target(7, "later"), false);
    assertThat(read().tracks()).contains("server (7) > rounds", "later (7) > rounds");
  }

  /** Of whoever is killed the file has all rounds but those in the middle of which it was. */
  @Test
  void aFileThatEndsEarlyIsReadUpToThere() throws Exception {
    trace.tracked(SERVER, false);
    int whole = file.size();
    trace.round(SERVER, round(1, 100, List.of(new MappingShare("[heap]", 5)), NOBODY));
    byte[] bytes = file.toByteArray();
    assertThat(new PerfettoFile(Arrays.copyOf(bytes, whole)).tracks()).contains("server (7)");
    assertThat(read().on("server (7) > rounds")).hasSize(2);
  }

  /** Lets time pass on the simulated kernel, by work that changes nothing. */
  private static void grow(SimKernel kernel) {
    SimProcess other = kernel.spawn();
    long until = kernel.nanoTime() + TimeUnit.MILLISECONDS.toNanos(101);
    while (kernel.nanoTime() < until) {
      long at = other.mmap(1 << 20);
      other.storeRange(at, 1 << 20, 1);
      other.munmap(at, 1 << 20);
    }
    other.exit();
  }

  @Test
  void aSimulatedFamilyIsOnOneClock() throws Exception {
    SimKernel kernel = SimKernel.newest();
    SimProcess parent = kernel.spawn();
    long at = parent.mmap(16L * Pages.SIZE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PerfettoTrace ofSim = new PerfettoTrace(bytes, kernel::nanoTime, 1);
    LiveOptions options = LiveOptions.defaults().following();
    long born;
    try (LiveSession session = LiveSession.open(kernel, parent.pid(), options, ofSim)) {
      long more = parent.mmap(4L * Pages.SIZE);
      parent.store(more, 1);
      session.round();
      parent.munmap(more, 4L * Pages.SIZE);
      SimProcess child = parent.fork();
      born = kernel.nanoTime();
      grow(kernel);
      session.look();
      child.store(at, 1);
      session.round();
      child.exit();
      parent.exit();
      session.look();
    }
    ofSim.finished();
    PerfettoFile read = new PerfettoFile(bytes.toByteArray());
    String first = " (" + parent.pid() + ")";
    String second = " (" + (parent.pid() + 1) + ")";
    assertThat(read.tracks()).contains(first, second);
    assertThat(read.on(first))
        .extracting(PerfettoTraceTest::what)
        .containsExactly("tracked", "fork", "end");
    assertThat(read.notes("fork")).containsExactly(Map.of("pid", pidOf(second)));
    assertThat(when(read.on(first).get(1))).isEqualTo(born);
    assertThat(when(read.on(second).get(0))).isGreaterThan(born);
    assertThat(read.on(second))
        .extracting(PerfettoTraceTest::what)
        .containsExactly("tracked", "end");
    assertThat(read.on(first + " > mmap and munmap"))
        .extracting(PerfettoTraceTest::what)
        .containsExactly("mmap", "munmap");
    assertThat(read.on(first + " > rounds")).hasSize(4);
    assertThat(read.on(second + " > rounds"))
        .hasSize(2)
        .allSatisfy(event -> assertThat(when(event)).isBetween(born, kernel.nanoTime()));
  }

  private static String pidOf(String track) {
    return track.substring(track.indexOf('(') + 1, track.indexOf(')'));
  }

  private static String what(String event) {
    return event.substring(event.indexOf(' ') + 1);
  }

  private static long when(String event) {
    return Long.parseLong(event.substring(0, event.indexOf(' ')));
  }
}
