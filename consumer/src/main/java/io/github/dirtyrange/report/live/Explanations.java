package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import java.io.PrintWriter;

/** After each round a line of how the next one will be gone about, and nothing else. */
public final class Explanations implements LiveReport {

  private final PrintWriter out;
  private final boolean ofMany;

  /**
   * Writes to a writer.
   *
   * @param ofMany whether there may be several processes, so that lines say of which they are
   */
  public Explanations(PrintWriter out, boolean ofMany) {
    this.out = out;
    this.ofMany = ofMany;
  }

  @Override
  public void explained(LiveTarget target, String why) {
    String who = ofMany ? target.pid() + " " : "";
    SummaryText.wrapped("next", who + why).forEach(out::println);
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {}

  @Override
  public void startedBefore(long nanos) {}

  @Override
  public void round(LiveTarget target, LiveRound round) {}

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {}

  @Override
  public void notTracked(int pid, String name, String why) {}

  @Override
  public void finished() {}
}
