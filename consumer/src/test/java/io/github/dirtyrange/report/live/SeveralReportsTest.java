package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralReportsTest {

  private static final LiveTarget TARGET =
      new LiveTarget(7, "p", "queue", "", List.of(), 1, 1, 0, 1, 1, 0, 0, 0, List.of());

  private final List<String> told = new ArrayList<>();

  @Test
  void eachIsToldEverythingInOrder() {
    LiveReport several = new SeveralReports(List.of(new Named("a"), new Named("b")));
    several.tracked(TARGET, true);
    several.startedBefore(3);
    several.forked(7, 8, 9);
    several.ended(TARGET, MemoryGoneException.Reason.ENDED);
    several.notTracked(8, "q", "why");
    several.finished();
    assertThat(told)
        .containsExactly(
            "a tracked 7 true",
            "b tracked 7 true",
            "a startedBefore 3",
            "b startedBefore 3",
            "a forked 7 8 9",
            "b forked 7 8 9",
            "a ended 7 ENDED",
            "b ended 7 ENDED",
            "a notTracked 8 q why",
            "b notTracked 8 q why",
            "a finished",
            "b finished");
  }

  private final class Named implements LiveReport {

    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void tracked(LiveTarget target, boolean executed) {
      told.add(name + " tracked " + target.pid() + " " + executed);
    }

    @Override
    public void startedBefore(long nanos) {
      told.add(name + " startedBefore " + nanos);
    }

    @Override
    public void forked(int parentPid, int pid, long nanos) {
      told.add(name + " forked " + parentPid + " " + pid + " " + nanos);
    }

    @Override
    public void round(LiveTarget target, LiveRound round) {
      told.add(name + " round " + round.round());
    }

    @Override
    public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
      told.add(name + " ended " + target.pid() + " " + reason);
    }

    @Override
    public void notTracked(int pid, String process, String why) {
      told.add(name + " notTracked " + pid + " " + process + " " + why);
    }

    @Override
    public void finished() {
      told.add(name + " finished");
    }
  }
}
