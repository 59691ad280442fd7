package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.LinuxKernel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * A queue on a process of many mappings: as a list of ranges that the process has registered
 * itself, and as the whole process, armed from outside.
 *
 * <p>{@code ManyMappings SOURCES MAPPINGS list|whole}, where SOURCES is the folder of many.c.
 * docs/linux-queue.md has the command and what came out.
 */
public final class ManyMappings {

  private static final int ROUNDS = 21;
  private static final long STRIDE = 8;
  private static final long MAPPED = 4;
  private static final long QUEUE_BYTES = 16L << 20;
  private static final ChangeSink IGNORE = (startVpn, endVpn, changed, now) -> {};

  private ManyMappings() {}

  /** Opens a queue, drains it in rounds of 100 writes, and prints the times. */
  public static void main(String[] arguments) {
    long mappings = Long.parseLong(arguments[1]);
    boolean whole = arguments[2].equals("whole");
    Object[] options = whole ? new Object[] {mappings} : new Object[] {mappings, "self"};
    try (CProgram target = CProgram.start(Path.of(arguments[0]), "many", options)) {
      long first = Pages.vpn(Long.parseLong(target.answer()));
      try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
        if (whole) {
          trackWhole(target, process);
        } else {
          track(target, process, TrackedRanges.of(ranges(first, mappings)));
        }
      }
      System.out.println("the target's pages are " + target.ask("c"));
    }
  }

  private static void trackWhole(CProgram target, TrackedProcess process) {
    long start = System.nanoTime();
    Arming arming = process.arm(TrackedRanges.allOfUserSpace());
    say("arming", System.nanoTime() - start);
    track(target, process, TrackedRanges.allOfUserSpace());
    say("refresh", median(() -> timed(arming::refresh)));
    say("disarming", timed(arming::close));
  }

  private static void track(CProgram target, TrackedProcess process, TrackedRanges ranges) {
    long start = System.nanoTime();
    try (ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ranges, QUEUE_BYTES))) {
      say("open", System.nanoTime() - start);
      say("drain of 100 changes", median(() -> afterWrites(target, () -> queue.drain(IGNORE))));
      say("exact drain", median(() -> afterWrites(target, () -> queue.drainExactly(IGNORE))));
    }
  }

  private static List<PageRange> ranges(long first, long mappings) {
    return LongStream.range(0, mappings)
        .map(mapping -> first + mapping * STRIDE)
        .mapToObj(start -> new PageRange(start, start + MAPPED))
        .toList();
  }

  private static long afterWrites(CProgram target, Runnable drain) {
    target.ask("w 100 " + System.nanoTime());
    return timed(drain);
  }

  private static long timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static long median(LongSupplier times) {
    long[] nanos = LongStream.generate(times).limit(ROUNDS).toArray();
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2];
  }

  private static void say(String what, long nanos) {
    System.out.printf(Locale.ROOT, "%-22s %10.2f ms%n", what, nanos / 1e6);
  }
}
