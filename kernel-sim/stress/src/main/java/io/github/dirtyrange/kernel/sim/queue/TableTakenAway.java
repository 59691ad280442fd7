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
 * A table of {@link DirtyTablesQueue} that was drained and not used since, which the next drain
 * takes away: meanwhile a CPU records in it. Results as in {@link RecordsAndDrain}.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
@State
public class TableTakenAway {

  private static final int WRITTEN = 2;

  private final RecordQueue queue =
      new DirtyTablesQueue.Design()
          .open(new QueueSpec(2, TrackedRanges.of(new PageRange(0, 1024)), QueueSpec.MIN_BYTES));
  private long first;

  /** Makes the table. */
  public TableTakenAway() {
    queue.record(0, 0, 1, WRITTEN);
    Seen.drain(queue);
  }

  /** The CPU. */
  @Actor
  public void cpu() {
    queue.record(0, 0, 1, WRITTEN);
    queue.record(0, 1, 2, WRITTEN);
  }

  /** The reader. */
  @Actor
  public void reader() {
    first = Seen.drain(queue);
  }

  /** The reader once more. */
  @Arbiter
  public void end(ZZ_Result result) {
    long second = Seen.drain(queue);
    result.r1 = (first | second) == 0x0202L;
    result.r2 = (first & second) == 0;
  }
}
