package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that a tracked process starts. */
@Timeout(120)
class FollowTest {

  private static final LiveOptions FOLLOWING = LiveOptions.defaults().following();

  private final FollowNotes notes = new FollowNotes();

  /** Lets time pass on the simulated kernel, by work that changes nothing. */
  private static void grow(SimKernel kernel) {
    SimProcess other = kernel.spawn();
    long until = kernel.nanoTime() + TimeUnit.MILLISECONDS.toNanos(101);
    while (kernel.nanoTime() < until) {
      long at = other.mmap(1 << 20);
      other.storeRange(at, 1 << 20, 1);
      other.munmap(at, 1 << 20);
    }
    other.exit();
  }

  @Test
  void aChildIsATargetOfItsOwnOnTheSimulatedKernel() {
    SimKernel kernel = SimKernel.newest();
    SimProcess parent = kernel.spawn();
    long at = parent.mmap(16L * Pages.SIZE);
    parent.store(at, 1);
    try (LiveSession session = LiveSession.open(kernel, parent.pid(), FOLLOWING, notes)) {
      SimProcess child = parent.fork();
      SimProcess grandchild = child.fork();
      session.look();
      assertThat(notes.tracked).containsExactly(parent.pid());
      grow(kernel);
      session.look();
      assertThat(notes.tracked).containsExactly(parent.pid(), child.pid(), grandchild.pid());
      child.store(at, 2);
      child.store(at + Pages.SIZE, 2);
      grandchild.store(at, 3);
      session.round();
      assertThat(notes.changed).containsEntry(child.pid(), 2L).containsEntry(grandchild.pid(), 1L);
      child.exit();
      session.look();
      assertThat(notes.ended).containsExactly(child.pid());
      assertThat(session.state()).isEqualTo(LiveSession.State.TRACKED);
      parent.exit();
      grandchild.exit();
      session.look();
      assertThat(session.isOver()).isTrue();
      assertThat(session.state()).isEqualTo(LiveSession.State.ENDED);
    }
  }

  @Test
  void aChildThatIsGoneAtOnceIsNamedOnTheSimulatedKernel() {
    SimKernel kernel = SimKernel.newest();
    SimProcess parent = kernel.spawn();
    try (LiveSession session = LiveSession.open(kernel, parent.pid(), FOLLOWING, notes)) {
      SimProcess child = parent.fork();
      child.exit();
      grow(kernel);
      session.look();
      assertThat(notes.notTracked)
          .containsExactly(Map.entry(child.pid(), "ended before it was armed"));
    }
  }

  /** As a daemon is started: whoever forked it ends at once, in the middle of a round. */
  @Test
  void aChildOfAProcessThatEndsAtOnceIsFollowed() {
    SimKernel kernel = SimKernel.newest();
    SimProcess parent = kernel.spawn();
    parent.mmap(16L * Pages.SIZE);
    List<SimProcess> children = new ArrayList<>();
    FollowNotes forking =
        new FollowNotes() {
          @Override
          public void round(LiveTarget target, LiveRound round) {
            if (target.pid() == parent.pid()) {
              children.add(children.get(0).fork());
              children.get(0).exit();
            }
            super.round(target, round);
          }
        };
    try (LiveSession session = LiveSession.open(kernel, parent.pid(), FOLLOWING, forking)) {
      children.add(parent.fork());
      grow(kernel);
      session.round();
      assertThat(forking.ended).containsExactly(children.get(0).pid());
      grow(kernel);
      session.look();
      assertThat(forking.tracked)
          .containsExactly(parent.pid(), children.get(0).pid(), children.get(1).pid());
    }
  }

  @Test
  void whoIsNotOfTheFamilyIsLeftAlone() {
    SimKernel kernel = SimKernel.newest();
    SimProcess parent = kernel.spawn();
    SimProcess stranger = kernel.spawn();
    try (LiveSession session = LiveSession.open(kernel, parent.pid(), FOLLOWING, notes)) {
      stranger.fork();
      grow(kernel);
      session.look();
      assertThat(notes.tracked).containsExactly(parent.pid());
      assertThat(notes.notTracked).isEmpty();
    }
  }

  /** Ten children that go at once, and two that stay. */
  @Test
  void everyForkIsNamedOnTheRunningKernel() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    String script =
        "read go; for i in 1 2 3 4 5 6 7 8 9 10; do (:) ; done; "
            + "sleep 1000 & sleep 1000 & wait";
    Process shell = new ProcessBuilder("bash", "-c", script).start();
    try (LiveSession session =
        LiveSession.open(LinuxKernel.open(), (int) shell.pid(), FOLLOWING, notes)) {
      shell.getOutputStream().write('\n');
      shell.getOutputStream().flush();
      while (notes.named().size() < 13) {
        session.look();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      // On a busy machine one of the ten may have lived for long enough to be tracked.
      assertThat(notes.notTracked)
          .isNotEmpty()
          .allSatisfy((pid, why) -> assertThat(why).contains("ended before"));
      session.round();
      assertThat(notes.named()).hasSize(13);
      assertThat(new HashSet<>(notes.tracked)).hasSizeGreaterThanOrEqualTo(3);
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  /** All that was told of the program before is gone. */
  @Test
  void anExecIsToldAndTheNewProgramIsANewTarget() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    Process shell = new ProcessBuilder("bash", "-c", "read go; exec cat").start();
    try (LiveSession session =
        LiveSession.open(LinuxKernel.open(), (int) shell.pid(), LiveOptions.defaults(), notes)) {
      session.round();
      shell.getOutputStream().write('\n');
      shell.getOutputStream().flush();
      while (notes.executed == 0) {
        session.look();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(notes.tracked).hasSize(2);
      session.round();
      assertThat(session.state()).isEqualTo(LiveSession.State.TRACKED);
      shell.getOutputStream().close();
      while (!session.isOver()) {
        session.look();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(session.state()).isEqualTo(LiveSession.State.ENDED);
    } finally {
      shell.destroyForcibly();
    }
  }
}
