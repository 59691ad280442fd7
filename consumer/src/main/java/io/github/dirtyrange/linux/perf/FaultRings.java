package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rings of all CPUs, read together: what is of one memory is handed out. */
final class FaultRings implements AutoCloseable {

  /** What stands for a CPU that went offline, and took its events along. */
  private static final int GONE = -1;

  private final FaultEvents events;
  private final Members members;
  private final PerfRings rings;
  private final IntList cpus;
  private final Supplier<int[]> online;
  private boolean lossPossible;
  private long othersSamples;

  /** How long a sample is, by the last reading: with call chains they differ. */
  private long sampleBytes = Abi.SAMPLE_BYTES;

  private FaultRings(
      FaultEvents events, Members members, Supplier<int[]> online, int[] cpus, int wantedPages) {
    this.events = events;
    this.members = members;
    this.online = online;
    this.cpus = new IntArrayList(cpus);
    rings = PerfRings.open(events::openOwner, cpus, wantedPages, events.perf.chainDepth());
  }

  /** Opens rings of at most so many pages for the CPUs that are online, with events into them. */
  static FaultRings open(
      FaultEvents events, Members members, Supplier<int[]> online, int wantedPages) {
    int[] cpus = online.get();
    FaultRings opened = new FaultRings(events, members, online, cpus, wantedPages);
    try {
      events.attach(opened.rings, cpus, 0);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Samples on CPUs that came online as well; {@return whether there were any} What faulted there
   * before was not sampled.
   */
  boolean followCpus() {
    int[] now = online.get();
    IntList present = IntArrayList.wrap(now);
    for (int i = 0; i < cpus.size(); i++) {
      int cpu = cpus.getInt(i);
      if (cpu != GONE && !present.contains(cpu) && events.leave(cpu)) {
        cpus.set(i, GONE);
      }
    }
    boolean any = false;
    for (int cpu : now) {
      if (!cpus.contains(cpu)) {
        follow(cpu);
        any = true;
      }
    }
    return any;
  }

  private void follow(int cpu) {
    Descriptor owner = events.openOwner(cpu);
    rings.add(owner);
    cpus.add(cpu);
    events.attach(rings, cpus.toIntArray(), cpus.size() - 1);
  }

  /** {@return about how many records are waiting, of whatever process} */
  long pendingSamples() {
    return pendingBytes() / sampleBytes;
  }

  private long pendingBytes() {
    long bytes = 0;
    for (int i = 0; i < rings.count(); i++) {
      bytes += rings.get(i).pendingBytes();
    }
    return bytes;
  }

  /** {@return whether a record that matters may be waiting} */
  boolean hasAny() {
    boolean any = false;
    for (int i = 0; !any && i < rings.count(); i++) {
      PerfRing ring = rings.get(i);
      any = events.seeOthers() ? ring.hasAny(members::has) : ring.pendingBytes() > 0;
    }
    return any;
  }

  /**
   * Hands out the samples of members that are waiting. Where other processes are sampled as well,
   * the processes that were made are taken note of first: what is to be read is marked in all
   * rings, and whoever made a sample before a mark was made before it, too.
   */
  void read(FaultSink sink) {
    mark();
    long bytes = pendingBytes();
    OwnFaults own = new OwnFaults(sink);
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).readMarked(own);
      lossPossible |= rings.get(i).lossPossible();
    }
    if (own.samples > 0) {
      sampleBytes = Math.max(Abi.SAMPLE_BYTES, bytes / own.samples);
    }
    members.settle();
  }

  /** Hands on what is of a member, and counts the rest. */
  private final class OwnFaults implements FaultSink {

    private final FaultSink sink;
    private long samples;

    OwnFaults(FaultSink sink) {
      this.sink = sink;
    }

    @Override
    public void fault(long address, int pid, int tid, long nanos) {
      Member member = own(pid, nanos);
      if (member == null) {
        return;
      }
      if (member.isKnownToShare()) {
        sink.fault(address, pid, tid, nanos);
      } else {
        sink.hint(address);
      }
    }

    @Override
    public void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
      samples++;
      Member member = own(pid, nanos);
      if (member == null) {
        return;
      }
      if (member.isKnownToShare()) {
        sink.fault(address, pid, tid, nanos, chain);
      } else {
        sink.hint(address);
      }
    }

    private @Nullable Member own(int pid, long nanos) {
      Member member = members.of(pid, nanos);
      if (member == null) {
        othersSamples++;
        return null;
      }
      member.sampled(nanos);
      return member;
    }
  }

  private void mark() {
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).mark();
    }
    long marked = System.nanoTime();
    for (int i = 0; events.seeOthers() && i < rings.count(); i++) {
      rings.get(i).readForks(members::forked);
    }
    members.adopt(marked);
  }

  /** Drops what is waiting, but for the processes that were made. */
  void skip() {
    mark();
    for (int i = 0; i < rings.count(); i++) {
      rings.get(i).skipMarked();
      lossPossible |= rings.get(i).lossPossible();
    }
    members.settle();
  }

  /** {@return whether a record may have been lost since this was last asked} */
  boolean takeLossPossible() {
    boolean possible = lossPossible;
    lossPossible = false;
    return possible;
  }

  /** {@return how many samples of other processes were read and dropped} */
  long othersSamples() {
    return othersSamples;
  }

  /** {@return the room for records of each ring, in pages} */
  int pagesPerRing() {
    return rings.pagesPerRing();
  }

  /** {@return the memory that all rings take, in bytes} */
  long memoryBytes() {
    return rings.memoryBytes();
  }

  @Override
  public void close() {
    rings.close();
  }
}
