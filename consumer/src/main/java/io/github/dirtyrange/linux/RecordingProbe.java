package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.List;

/**
 * Attaches programs to the kernel's functions, and tries on a child whether they tell of every
 * change: function by function, and change by change.
 *
 * @param hooks each function of the table, in its order
 * @param ways each way to change pages
 * @param complete whether every page that changed was recorded
 * @param summary for people, in one line
 */
public record RecordingProbe(List<Hook> hooks, List<Way> ways, boolean complete, String summary) {

  /** Copies the lists. */
  public RecordingProbe {
    hooks = List.copyOf(hooks);
    ways = List.copyOf(ways);
  }

  /**
   * A function.
   *
   * @param what what goes through it
   * @param place when its program runs, and its name
   * @param refusal why no program is attached to it; empty if one is
   */
  public record Hook(String what, String place, String refusal) {}

  /**
   * A way to change pages.
   *
   * @param name what was done
   * @param changedPages how many pages pagemap shows otherwise than before
   * @param missedPages how many of them were not recorded
   * @param detail what should have told of them; or why it could not be tried
   */
  public record Way(String name, long changedPages, long missedPages, String detail) {}

  /**
   * Tries it; takes a second or two.
   *
   * @throws KernelException if no program can be attached at all
   */
  public static RecordingProbe run() {
    try (RecordPrograms programs = RecordPrograms.shared()) {
      programs.requireFaults();
      SelfTestResult result = RecordTest.runAgain(programs);
      List<Hook> hooks =
          programs.trials().stream()
              .map(trial -> new Hook(trial.what(), trial.place(), trial.refusal()))
              .toList();
      List<Way> ways =
          result.ways().stream()
              .map(way -> new Way(way.name(), way.changedPages(), way.missedPages(), way.blame()))
              .toList();
      return new RecordingProbe(hooks, ways, result.isComplete(), result.describe());
    }
  }
}
