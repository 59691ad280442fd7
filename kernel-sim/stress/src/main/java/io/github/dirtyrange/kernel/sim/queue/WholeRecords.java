package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.HashSet;
import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Of {@link DirtyTablesQueue}, a CPU records a range over the border of two tables, which goes to
 * both and to the ranges, and then a page of it, while the reader drains, and then it drains again.
 * The first result is that each record is as a whole in one of the two drains, the second that it
 * is in no other.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN, desc = "torn or lost, or handed out twice")
@State
public class WholeRecords {

  private static final long BORDER = 512;
  private static final long LONG = Categories.WRITTEN | Categories.GONE;

  private final RecordQueue queue =
      new DirtyTablesQueue.Design()
          .open(
              new QueueSpec(
                  2, TrackedRanges.of(new PageRange(0, 2 * BORDER)), QueueSpec.MIN_BYTES));
  private Set<String> first = Set.of();

  /** The CPU. */
  @Actor
  public void cpu() {
    queue.record(0, BORDER - 1, BORDER + 1, LONG);
    queue.record(0, BORDER, BORDER + 1, Categories.PRESENT);
  }

  /** The reader. */
  @Actor
  public void reader() {
    first = drained();
  }

  /** The reader once more. */
  @Arbiter
  public void end(ZZ_Result result) {
    Set<String> second = drained();
    Set<String> ofMany =
        Set.of(
            said(BORDER - 1, Categories.WRITTEN),
            said(BORDER - 1, Categories.GONE),
            said(BORDER, Categories.WRITTEN),
            said(BORDER, Categories.GONE));
    Set<String> ofOne = Set.of(said(BORDER, Categories.PRESENT));
    result.r1 = isWhole(ofMany, second) && isWhole(ofOne, second);
    Set<String> both = new HashSet<>(first);
    both.retainAll(second);
    result.r2 = both.isEmpty();
  }

  private boolean isWhole(Set<String> record, Set<String> second) {
    return first.containsAll(record) || second.containsAll(record);
  }

  private Set<String> drained() {
    Set<String> drained = new HashSet<>();
    queue.drain(
        (startVpn, endVpn, changed) -> {
          for (long vpn = startVpn; vpn < endVpn; vpn++) {
            for (long rest = changed; rest != 0; rest &= rest - 1) {
              drained.add(said(vpn, Long.lowestOneBit(rest)));
            }
          }
        });
    return drained;
  }

  private static String said(long vpn, long category) {
    return vpn + " " + Categories.toString(category);
  }
}
