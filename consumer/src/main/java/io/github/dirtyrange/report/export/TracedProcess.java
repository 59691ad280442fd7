package io.github.dirtyrange.report.export;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.ThreadShare;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.List;
import java.util.Objects;

/** A process in a Perfetto trace, with its tracks. */
final class TracedProcess {

  private final TracePackets packets;
  private final TraceUuids uuids;
  private final int pid;
  private final long process;
  private final long rounds;
  private final long memory;
  private final long mappings;
  private final PageCounters<String> byMapping;
  private final PageCounters<Integer> byThread;
  private final Int2ObjectOpenHashMap<ThreadTrack> threads = new Int2ObjectOpenHashMap<>();
  private long armedAt;
  private long lastRoundAt;

  /** A thread's track, and what it is called there. */
  private record ThreadTrack(long uuid, String name) {}

  TracedProcess(TracePackets packets, TraceUuids uuids, LiveTarget target) {
    this.packets = packets;
    this.uuids = uuids;
    pid = target.pid();
    process = uuids.next();
    packets.track(TraceTrack.process(process, pid, target.name()));
    rounds = named("rounds");
    memory = named("mmap and munmap");
    mappings = named("pages changed");
    byMapping = new PageCounters<>(packets, name -> counter(mappings, name));
    byThread = new PageCounters<>(packets, tid -> counterOf(tid.intValue()));
  }

  private long named(String name) {
    long uuid = uuids.next();
    packets.track(TraceTrack.named(uuid, process, name));
    return uuid;
  }

  private long counterOf(int tid) {
    return counter(Objects.requireNonNull(threads.get(tid)).uuid(), "pages");
  }

  private long counter(long parent, String name) {
    long uuid = uuids.next();
    packets.track(TraceTrack.counter(uuid, parent, name));
    return uuid;
  }

  /** Begins with a program that was armed. */
  void tracked(LiveTarget target) {
    beginAt(target.beganNanos());
    describe(TraceName.TRACKED, target);
  }

  /** Goes on with another program. */
  void executed(LiveTarget target) {
    clear();
    packets.track(TraceTrack.process(process, pid, target.name()));
    beginAt(target.beganNanos());
    describe(TraceName.EXEC, target);
  }

  private void beginAt(long nanos) {
    armedAt = nanos;
    lastRoundAt = nanos;
  }

  private void describe(TraceName name, LiveTarget target) {
    packets.event(
        armedAt,
        TraceEvent.instant(process, name)
            .note(TraceNote.NAME, target.name())
            .note(TraceNote.STRATEGY, target.strategy())
            .note(TraceNote.MECHANISM, target.mechanism())
            .note(TraceNote.ARMED_PAGES, target.armedPages())
            .note(TraceNote.ARM_NANOS, target.armNanos())
            .note(TraceNote.STOPPED_NANOS, target.stoppedNanos()));
  }

  /** Says how long before it was armed its program had begun. */
  void begunBefore(long nanos) {
    packets.event(
        armedAt, TraceEvent.instant(process, TraceName.BEGUN).note(TraceNote.NANOS_BEFORE, nanos));
  }

  /** Says why it is not tracked, or not all that it starts. */
  void notTracked(long nanos, String why) {
    packets.event(
        nanos, TraceEvent.instant(process, TraceName.NOT_TRACKED).note(TraceNote.WHY, why));
  }

  /** Says that it started another. */
  void forked(long nanos, int child) {
    packets.event(nanos, TraceEvent.instant(process, TraceName.FORK).note(TraceNote.PID, child));
  }

  /** Adds a round. What changed in it did so since the one before. */
  void round(LiveRound round) {
    long end = armedAt + round.elapsedNanos();
    round.mappings().forEach(share -> byMapping.set(lastRoundAt, share.mapping(), share.pages()));
    byMapping.clearOthers(lastRoundAt);
    for (ThreadShare share : round.threads()) {
      name(share);
      byThread.set(lastRoundAt, share.tid(), share.pages());
    }
    byThread.clearOthers(lastRoundAt);
    slice(end, round);
    parts(end, TraceName.MUNMAP, round.gone());
    parts(end, TraceName.MMAP, round.added());
    lastRoundAt = end;
  }

  private void name(ThreadShare share) {
    ThreadTrack known = threads.get(share.tid());
    if (known != null && (share.name().isEmpty() || share.name().equals(known.name()))) {
      return;
    }
    long uuid = known == null ? uuids.next() : known.uuid();
    threads.put(share.tid(), new ThreadTrack(uuid, share.name()));
    packets.track(TraceTrack.thread(uuid, process, pid, share.tid(), share.name()));
  }

  private void slice(long end, LiveRound round) {
    TraceEvent begin =
        TraceEvent.begin(rounds, TraceName.ROUND)
            .note(TraceNote.ROUND, round.round())
            .note(TraceNote.CHANGED_PAGES, round.changedPages())
            .note(TraceNote.RUNS, round.runs())
            .note(TraceNote.INSPECTED, round.inspected())
            .note(TraceNote.METHOD, round.method().label())
            .note(TraceNote.ROUND_NANOS, round.roundNanos())
            .note(TraceNote.STOPPED_NANOS, round.stoppedNanos())
            .note(TraceNote.TRACKER_CPU_NANOS, round.trackerCpuNanos());
    MissedPages missed = round.missed();
    if (missed != null) {
      begin.note(TraceNote.MISSED_BY_QUEUE, missed.total());
    }
    packets.event(end - round.roundNanos(), begin);
    packets.event(end, TraceEvent.end(rounds));
  }

  private void parts(long nanos, TraceName name, List<MappedPart> parts) {
    for (MappedPart part : parts) {
      packets.event(
          nanos,
          TraceEvent.instant(memory, name)
              .note(TraceNote.MAPPING, part.mapping())
              .noteAddress(TraceNote.START, part.startVpn())
              .note(TraceNote.PAGES, part.pages()));
    }
  }

  /** Ends it. */
  void ended(long nanos, String why) {
    clear();
    packets.event(nanos, TraceEvent.instant(process, TraceName.END).note(TraceNote.WHY, why));
  }

  /** Says that nothing is known from the last round on. */
  void clear() {
    byMapping.clearOthers(lastRoundAt);
    byThread.clearOthers(lastRoundAt);
  }
}
