package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A CPU whose log holds two records makes eight, so that it must merge its log itself while the
 * reader drains. Results as in {@link RecordsAndDrain}.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or handed out twice")
@State
public class FullLog {

  private final RecordQueue queue =
      new PerCpuQueue(1, cpu -> new RingLog(2), IntervalMaps.create(), IntervalMaps.create());
  private long first;

  /** The CPU. */
  @Actor
  public void cpu() {
    for (int page = 0; page < 8; page++) {
      queue.record(0, page, page + 1, 2);
    }
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
    result.r1 = (first | second) == 0x0202020202020202L;
    result.r2 = (first & second) == 0;
  }
}
