package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of what changes one process's pages, from programs at the functions that do it. They are
 * gone when this is closed, and with this process, however it ends.
 */
public final class ChangeRecords implements AutoCloseable {

  private final MemoryFinder memory;
  private final StateMap state;
  private final RecordRing ring;
  private final FunctionTracing tracing = FunctionTracing.open();
  private final List<AttachedHook> hooks = new ArrayList<>();
  private final List<HookTrial> trials = new ArrayList<>();
  private @Nullable KernelException refusal;

  private ChangeRecords(MemoryFinder memory, StateMap state, RecordRing ring) {
    this.memory = memory;
    this.state = state;
    this.ring = ring;
  }

  /**
   * Attaches what can be attached of the table. Nobody's changes are recorded yet.
   *
   * @param ringBytes what the ring may take: rounded down to a power of two, a page at least and
   *     256 MiB at most
   * @throws KernelException if there can be no map; of hooks {@link #trials} tells
   */
  public static ChangeRecords attach(Btf btf, long ringBytes) {
    return attach(btf, ringBytes, Hooks.ALL);
  }

  /** Attaches some hooks. */
  static ChangeRecords attach(Btf btf, long ringBytes, List<Hook> hooks) {
    MemoryFinder memory = new MemoryFinder(btf);
    long bytes = Math.max(Pages.SIZE, Math.min(ringBytes, RecordRing.MOST_BYTES));
    StateMap state = StateMap.create();
    ChangeRecords records;
    try {
      RecordRing ring = RecordRing.create((int) Long.highestOneBit(bytes));
      records = new ChangeRecords(memory, state, ring);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
    try {
      records.attachAll(btf, hooks);
      return records;
    } catch (RuntimeException e) {
      records.close();
      throw e;
    }
  }

  private void attachAll(Btf btf, List<Hook> wanted) {
    RecordMaps maps = new RecordMaps(state.number(), ring.number());
    for (Hook hook : wanted) {
      try {
        AttachedHook attached = AttachedHook.attach(btf, maps, hook);
        hooks.add(attached);
        trials.add(
            new HookTrial(
                hook.change(), hook.what(), attached.place(), attached.instructions(), ""));
      } catch (KernelException e) {
        refusal = refusal == null ? e : refusal;
        String place = hook.variants().get(0).function();
        trials.add(
            new HookTrial(hook.change(), hook.what(), place, 0, String.valueOf(e.getMessage())));
      }
    }
  }

  /**
   * Throws unless faults are recorded: without them next to nothing is.
   *
   * @throws KernelException why the first hook that is not attached is not
   */
  public void requireFaults() {
    boolean faults = hooks.stream().anyMatch(hook -> hook.change() == Change.FAULT);
    if (!faults && refusal != null) {
      throw refusal;
    }
  }

  /** {@return what became of each hook of the table, in its order} */
  public List<HookTrial> trials() {
    return List.copyOf(trials);
  }

  /**
   * {@return where the kernel has a process's memory, for {@link #follow}}
   *
   * @param pagemap {@code /proc/PID/pagemap} of the process, or of a thread of it
   * @throws KernelException if its memory cannot be found
   */
  public long findMemory(Path pagemap) {
    return memory.find(pagemap);
  }

  /**
   * Records from now on what changes the pages of a memory, and nobody else's.
   *
   * @param pid the process whose memory it is
   * @param mm where the kernel has it; it stays there as long as a file of it is open
   */
  public void follow(int pid, long mm) {
    follow(pid, mm, mm);
  }

  /** Records from now on all of that but faults. */
  public void followAllButFaults(int pid, long mm) {
    follow(pid, mm, StateMap.NOBODY);
  }

  /** Records nobody's changes any more. */
  public void followNobody() {
    follow(0, StateMap.NOBODY, StateMap.NOBODY);
  }

  private void follow(int pid, long mm, long faultsOf) {
    state.set(StateMap.PROCESS, pid);
    state.set(StateMap.MM, mm);
    state.set(StateMap.FAULTS_OF, faultsOf);
  }

  /**
   * Hands out the records that are waiting.
   *
   * @return false if one of those is not written yet, and so neither it nor those behind it were
   *     handed out
   */
  public boolean read(RecordSink sink) {
    return ring.read(sink);
  }

  /** {@return how many bytes of records are waiting} */
  public long pendingBytes() {
    return ring.pendingBytes();
  }

  /**
   * {@return how many changes, since they were attached, were not recorded} To be asked after
   * reading. Some may have been of others: a program that did not run cannot tell.
   */
  public long lost() {
    return state.get(StateMap.LOST) + misses(false);
  }

  /** {@return as that, of writes that no look at the pages shows} */
  public long lostWrites() {
    return state.get(StateMap.LOST_WRITES) + misses(true);
  }

  private long misses(boolean ofWrites) {
    long misses = 0;
    for (AttachedHook hook : hooks) {
      if ((hook.change() == Change.WRITTEN_BY_ANOTHER) == ofWrites) {
        misses += hook.recursionMisses();
      }
    }
    return misses;
  }

  /** {@return whether the machine lets programs at functions run at all} */
  public boolean isOn() {
    return tracing.isOn();
  }

  /** {@return the memory of the ring and the state, in bytes} */
  public long memoryBytes() {
    return ring.memoryBytes() + StateMap.MAPPED_BYTES;
  }

  @Override
  public void close() {
    hooks.forEach(AttachedHook::close);
    hooks.clear();
    tracing.close();
    ring.close();
    state.close();
  }
}
