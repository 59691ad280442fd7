package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two events for each CPU, whatever the number of threads: of all that runs there, or of one
 * cgroup. No thread can slip through, and a process that shares the memory is sampled as well; so
 * are others, which whoever reads has to tell apart. They go on when a process executes another
 * program.
 */
final class CpuEvents extends FaultEvents {

  private final @Nullable Descriptor cgroup;
  private final Int2ObjectMap<List<Descriptor>> byCpu = new Int2ObjectOpenHashMap<>();
  private final Int2ObjectMap<Descriptor> owners = new Int2ObjectOpenHashMap<>();

  /** Samples everything, or what is in a cgroup, whose folder then belongs to this. */
  CpuEvents(PerfEvents perf, @Nullable Descriptor cgroup) {
    super(perf);
    this.cgroup = cgroup;
  }

  /** {@inheritDoc} That of minor faults. */
  @Override
  Descriptor openOwner(int cpu) {
    Descriptor minor = perf.openFaultsOnCpu(cgroup, cpu, Abi.PERF_COUNT_SW_PAGE_FAULTS_MIN);
    owners.put(cpu, minor);
    return minor;
  }

  @Override
  void attach(PerfRings rings, int[] cpus, int first) {
    for (int index = first; index < cpus.length; index++) {
      int cpu = cpus[index];
      Descriptor major = openInto(rings, cpu, index);
      byCpu.put(cpu, List.of(owners.get(cpu), major));
      byCpu.get(cpu).forEach(this::add);
    }
  }

  private Descriptor openInto(PerfRings rings, int cpu, int index) {
    Descriptor major = perf.openFaultsOnCpu(cgroup, cpu, Abi.PERF_COUNT_SW_PAGE_FAULTS_MAJ);
    try {
      rings.redirect(major, index);
      return major;
    } catch (KernelException e) {
      major.close();
      throw e;
    }
  }

  /**
   * {@inheritDoc} They have ({@code perf_event_exit_cpu_context}): what is in the ring can be read.
   */
  @Override
  boolean leave(int cpu) {
    List<Descriptor> ended = byCpu.remove(cpu);
    if (ended != null) {
      ended.forEach(this::remove);
    }
    return true;
  }

  @Override
  boolean seeOthers() {
    return true;
  }

  @Override
  public void close() {
    super.close();
    if (cgroup != null) {
      cgroup.close();
    }
  }
}
