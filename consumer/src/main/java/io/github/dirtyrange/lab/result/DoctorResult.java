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
 * @param process the process that was asked about, if one was
 */
public record DoctorResult(
    String release,
    String machine,
    List<Capability> capabilities,
    List<Verdict> strategies,
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
