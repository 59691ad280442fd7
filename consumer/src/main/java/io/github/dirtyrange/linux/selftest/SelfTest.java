package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.HookTrial;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes changes in a process of our own, and finds out whether records told of each. That a
 * function exists, and a program is attached to it, proves nothing: a compiler may have inlined it
 * where it matters.
 */
public final class SelfTest {

  /** A program that did not run is no missing hook: the same is tried again. */
  private static final int MOST_ATTEMPTS = 5;

  private final ChangeRecords records;
  private final AgentChannel child;

  private SelfTest(ChangeRecords records, AgentChannel child) {
    this.records = records;
    this.child = child;
  }

  /**
   * Tries all ways that need nothing but system calls of the child.
   *
   * @param records of the child; nothing is recorded, before and afterwards
   * @param child does what it is told, and nothing else
   */
  public static SelfTestResult run(ChangeRecords records, AgentChannel child) {
    return run(records, child, Ways.ALL);
  }

  /** Tries some ways. */
  static SelfTestResult run(ChangeRecords records, AgentChannel child, List<ChangeWay> ways) {
    records.follow();
    try {
      SelfTest test = new SelfTest(records, child);
      return new SelfTestResult(ways.stream().map(test::attempt).toList(), "");
    } catch (AgentDiedException e) {
      return SelfTestResult.untried(String.valueOf(e.getMessage()));
    } finally {
      records.followNobody();
      records.read((change, start, end, information, more, last) -> {});
    }
  }

  private WayResult attempt(ChangeWay way) {
    for (int attempt = 1; ; attempt++) {
      long lost = records.lost();
      WayResult result = play(way);
      if (!result.isMissed() || records.lost() == lost || attempt == MOST_ATTEMPTS) {
        return result;
      }
    }
  }

  private WayResult play(ChangeWay way) {
    try (Scene scene = Scene.open(child, records, way.told())) {
      way.script().play(scene);
      long missed = scene.missedPages();
      String blame = missed == 0 ? "" : blame(way);
      return new WayResult(way.name(), way.everywhere(), scene.changedPages(), missed, blame);
    } catch (KernelException e) {
      return new WayResult(way.name(), way.everywhere(), 0, 0, String.valueOf(e.getMessage()));
    }
  }

  private String blame(ChangeWay way) {
    List<String> places = new ArrayList<>();
    for (HookTrial trial : records.programs().trials()) {
      if (way.told().contains(trial.change())) {
        places.add(trial.place() + (trial.attached() ? ": attached" : ": " + trial.refusal()));
      }
    }
    return places.isEmpty() ? "no function is looked for" : String.join(", ", places);
  }
}
