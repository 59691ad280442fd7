package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Two CPUs record four pages each, in ranges of one page, while the reader drains, and then it
 * drains again: each record is in one of the two drains and in no other. The first result is that
 * nothing was lost, the second that nothing was handed out twice.
 */
public class RecordsAndDrain {

  private static final int WRITTEN = 2;

  private RecordsAndDrain() {}

  /** The records of both CPUs, of any design. */
  abstract static class Run {

    private final RecordQueue queue;
    private long first;

    Run(QueueDesign design) {
      queue =
          design.open(new QueueSpec(2, TrackedRanges.of(new PageRange(0, 8)), QueueSpec.MIN_BYTES));
    }

    void record(int cpu) {
      for (int page = 4 * cpu; page < 4 * cpu + 4; page++) {
        queue.record(cpu, page, page + 1, WRITTEN);
      }
    }

    void drainOnce() {
      first = Seen.drain(queue);
    }

    void drainAgain(ZZ_Result result) {
      long second = Seen.drain(queue);
      result.r1 = (first | second) == 0x0202020202020202L;
      result.r2 = (first & second) == 0;
    }
  }

  /** The design of {@link LockedMapQueue}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class LockedMap extends Run {

    /** Opens an empty queue. */
    public LockedMap() {
      super(new LockedMapQueue.Design());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }

  /** The design of {@link PerCpuQueue}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class PerCpu extends Run {

    /** Opens an empty queue. */
    public PerCpu() {
      super(new PerCpuQueue.Design());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }

  /** The design of {@link BoundedPerCpuDesign}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class BoundedPerCpu extends Run {

    /** Opens an empty queue. */
    public BoundedPerCpu() {
      super(new BoundedPerCpuDesign());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }

  /** The design of {@link RingQueue}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class Ring extends Run {

    /** Opens an empty queue. */
    public Ring() {
      super(new RingQueue.Design());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }

  /** The design of {@link BitmapQueue}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class Bitmap extends Run {

    /** Opens an empty queue. */
    public Bitmap() {
      super(new BitmapQueue.Design());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }

  /** The design of {@link DirtyTablesQueue}. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
  @State
  public static class DirtyTablesBeside extends Run {

    /** Opens an empty queue. */
    public DirtyTablesBeside() {
      super(new DirtyTablesQueue.Design());
    }

    /** The first CPU. */
    @Actor
    public void cpu0() {
      record(0);
    }

    /** The second CPU. */
    @Actor
    public void cpu1() {
      record(1);
    }

    /** The reader. */
    @Actor
    public void reader() {
      drainOnce();
    }

    /** The reader once more. */
    @Arbiter
    public void end(ZZ_Result result) {
      drainAgain(result);
    }
  }
}
