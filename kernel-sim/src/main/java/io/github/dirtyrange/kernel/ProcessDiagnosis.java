package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * What stands in the way of tracking one process, and what tracking it would come to.
 *
 * @param pid the process
 * @param name its name, as {@code /proc/PID/comm} has it
 * @param threads how many threads it has
 * @param findings what is out of the ordinary, the gravest first
 * @param capabilities what the kernel gives on this process: each capability as on any, but for
 *     what its rights or its state take away
 * @param sampling for people, from where its page faults would be sampled, and why
 * @param samplingDescriptors how many descriptors that would take; 0 where there are no samples
 * @param hugePageBytes what lies in transparent huge pages, which tracking by write-protection
 *     splits at their first write
 * @param hugetlbBytes what lies in pages of hugetlbfs, which is not armed
 */
public record ProcessDiagnosis(
    int pid,
    String name,
    int threads,
    List<Finding> findings,
    Capabilities capabilities,
    String sampling,
    int samplingDescriptors,
    long hugePageBytes,
    long hugetlbBytes) {

  /** Copies the list. */
  public ProcessDiagnosis {
    findings = List.copyOf(findings);
  }

  /**
   * Something about the process.
   *
   * @param name short and stable, for instance {@code traced}
   * @param prevents whether nothing can track the process because of it
   * @param detail what was found
   * @param remedy what would change it; empty if nothing would, or nothing needs to
   */
  public record Finding(String name, boolean prevents, String detail, String remedy) {}

  /** {@return whether nothing rules out that the process is tracked} */
  public boolean isOpen() {
    return findings.stream().noneMatch(Finding::prevents);
  }
}
