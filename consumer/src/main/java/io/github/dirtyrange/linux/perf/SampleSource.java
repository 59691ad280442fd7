package io.github.dirtyrange.linux.perf;

/** Whose page faults are sampled in order to see those of one process. */
public enum SampleSource {
  /** What is in the process's cgroup: two events a CPU. */
  CGROUP("the events of its cgroup"),

  /** All that runs on any CPU: two events a CPU. */
  CPUS("the events of all CPUs"),

  /** Each thread of the process: two events a thread and CPU, and one a CPU. */
  THREADS("the events of each thread");

  private final String title;

  SampleSource(String title) {
    this.title = title;
  }

  /** {@return for people: "the events of all CPUs"} */
  public String title() {
    return title;
  }

  /** {@return how many descriptors that takes} */
  int descriptors(int cpus, int threads) {
    return switch (this) {
      case CGROUP -> 2 * cpus + 1;
      case CPUS -> 2 * cpus;
      case THREADS -> cpus * (2 * threads + 1);
    };
  }
}
