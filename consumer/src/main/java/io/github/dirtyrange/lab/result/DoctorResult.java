package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine can do for change tracking, and what stands in the way of tracking one process.
 *
 * @param release the kernel's, as uname(2) has it
 * @param machine the machine's kind, as uname(2) has it
 * @param capabilities what was tried
 * @param strategies what follows for a process that can be armed
 * @param recording what programs at the kernel's functions tell of, where there can be any
 * @param process the process that was asked about, if one was
 */
public record DoctorResult(
    String release,
    String machine,
    List<Capability> capabilities,
    List<Verdict> strategies,
    @Nullable Recording recording,
    @Nullable ProcessResult process) {

  /** Copies the lists. */
  public DoctorResult {
    capabilities = List.copyOf(capabilities);
    strategies = List.copyOf(strategies);
  }

  /**
   * Whether a strategy can be used.
   *
   * @param name as on the command line
   * @param claims the laws that it claims; empty where it cannot be used
   * @param lacks the names of the capabilities that it needs and that are not there
   */
  public record Verdict(String name, boolean usable, String claims, List<String> lacks) {

    /** Copies the list. */
    public Verdict {
      lacks = List.copyOf(lacks);
    }
  }

  /**
   * What programs at the kernel's functions tell of.
   *
   * @param complete whether every change that was tried was recorded
   * @param summary for people
   * @param functions each function of the table
   * @param ways each way to change pages that was gone through
   */
  public record Recording(
      boolean complete, String summary, List<Function> functions, List<Way> ways) {

    /** Copies the lists. */
    public Recording {
      functions = List.copyOf(functions);
      ways = List.copyOf(ways);
    }

    /**
     * A function.
     *
     * @param what what goes through it
     * @param place when its program runs, and its name
     * @param refusal why no program is attached to it; empty if one is
     */
    public record Function(String what, String place, String refusal) {}

    /**
     * A way to change pages.
     *
     * @param missedPages how many of the pages that changed were not recorded
     * @param detail what should have told of them, or why it could not be tried
     */
    public record Way(String name, long changedPages, long missedPages, String detail) {}
  }

  /**
   * What was found of a process.
   *
   * @param strategies which can track it
   */
  public record ProcessResult(ProcessDiagnosis diagnosis, List<Verdict> strategies) {

    /** Copies the list. */
    public ProcessResult {
      strategies = List.copyOf(strategies);
    }

    /** {@return whether at least one strategy can track it} */
    public boolean isTrackable() {
      return strategies.stream().anyMatch(Verdict::usable);
    }
  }

  /** {@return whether the process that was asked about, if one was, can be tracked} */
  public boolean isFine() {
    return process == null || process.isTrackable();
  }
}
