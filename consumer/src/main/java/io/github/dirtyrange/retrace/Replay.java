package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.retrace.result.RetraceScore;
import io.github.dirtyrange.trace.TraceException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A trace replayed to one strategy, on a kernel of its own: nothing but it is armed. */
final class Replay implements AutoCloseable {

  private final SimKernel kernel;
  private final Kernel tracked;
  private final LiveOptions options;
  private final ReplayScore score;
  private TracedMemory memory;
  private @Nullable LiveSession session;
  private long mostMapped;
  private boolean populated = true;

  Replay(RetracePlan plan, Contender contender) {
    this(new SimKernel(plan.profile(), plan.costs(), PagemapFormat.TODAY), plan, contender);
  }

  Replay(SimKernel kernel, RetracePlan plan, Contender contender) {
    this.kernel = kernel;
    tracked =
        contender
            .queueDesign()
            .map(design -> (Kernel) new DesignedKernel(kernel, QueueDesigns.find(design)))
            .orElse(kernel);
    options =
        new LiveOptions(
            Optional.of(contender.strategy()), List.of(), false, false, true, plan.queueBytes());
    score = new ReplayScore(contender.name());
    memory = new TracedMemory(kernel);
  }

  /** All that was there is gone, as where a process executes another program. */
  void beginAnew() {
    close();
    memory.exit();
    memory = new TracedMemory(kernel);
  }

  void round(TracedRound round) throws TraceException {
    if (session == null) {
      populated &= memory.begin(round);
      session = LiveSession.awaiting(tracked, memory.pid(), options, score);
      session.begin();
    }
    memory.map(round);
    long start = kernel.nanoTime();
    memory.write(round);
    score.expect(round.written(), kernel.nanoTime() - start);
    session.round();
    mostMapped = Math.max(mostMapped, memory.mappedPages());
  }

  long mostMapped() {
    return mostMapped;
  }

  boolean populated() {
    return populated;
  }

  RetraceScore score() {
    return score.result();
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
