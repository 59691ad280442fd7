package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of what changes one process's pages, from programs at the functions that do it. They are
 * gone when this is closed, and with this process, however it ends.
 */
public final class ChangeRecords implements AutoCloseable {

  private final Btf btf;
  private final StateMap state;
  private final RecordRing ring;
  private final List<AttachedHook> hooks = new ArrayList<>();
  private final List<HookTrial> trials = new ArrayList<>();
  private @Nullable KernelException refusal;

  private ChangeRecords(Btf btf, StateMap state, RecordRing ring) {
    this.btf = btf;
    this.state = state;
    this.ring = ring;
  }

  /**
   * Attaches what can be attached of the table. Nobody's changes are recorded yet.
   *
   * @param ringBytes a power of two of pages
   * @throws KernelException if there can be no map; of hooks {@link #trials} tells
   */
  public static ChangeRecords attach(Btf btf, int ringBytes) {
    return attach(btf, ringBytes, Hooks.ALL);
  }

  /** Attaches some hooks. */
  static ChangeRecords attach(Btf btf, int ringBytes, List<Hook> hooks) {
    StateMap state = StateMap.create();
    ChangeRecords records;
    try {
      records = new ChangeRecords(btf, state, RecordRing.create(ringBytes));
    } catch (KernelException e) {
      state.close();
      throw e;
    }
    try {
      records.attachAll(hooks);
      return records;
    } catch (RuntimeException e) {
      records.close();
      throw e;
    }
  }

  private void attachAll(List<Hook> wanted) {
    RecordMaps maps = new RecordMaps(state.number(), ring.number());
    for (Hook hook : wanted) {
      try {
        AttachedHook attached = AttachedHook.attach(btf, maps, hook);
        hooks.add(attached);
        trials.add(new HookTrial(hook.what(), attached.place(), attached.instructions(), ""));
      } catch (KernelException e) {
        refusal = refusal == null ? e : refusal;
        String place = hook.variants().get(0).function();
        trials.add(new HookTrial(hook.what(), place, 0, String.valueOf(e.getMessage())));
      }
    }
  }

  /**
   * Throws unless a hook is attached.
   *
   * @throws KernelException why the first one is not
   */
  public void requireAny() {
    if (hooks.isEmpty() && refusal != null) {
      throw refusal;
    }
  }

  /** {@return what became of each hook of the table, in its order} */
  public List<HookTrial> trials() {
    return List.copyOf(trials);
  }

  /**
   * Records from now on what changes a process's pages, and nobody else's.
   *
   * @throws KernelException if its memory cannot be found
   */
  public void follow(int pid) {
    follow(pid, MemoryFinder.find(btf, pid));
  }

  /** Records what changes the pages of that {@code mm_struct}. */
  void follow(int pid, long mm) {
    state.set(StateMap.PROCESS, pid);
    state.set(StateMap.MM, mm);
  }

  /** Records nobody's changes any more. */
  public void rest() {
    state.set(StateMap.MM, 0);
    state.set(StateMap.PROCESS, 0);
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
    long misses = 0;
    for (AttachedHook hook : hooks) {
      misses += hook.recursionMisses();
    }
    return state.get(StateMap.LOST) + misses;
  }

  /** {@return the memory of the ring and the state, in bytes} */
  public long memoryBytes() {
    return ring.memoryBytes() + StateMap.MAPPED_BYTES;
  }

  @Override
  public void close() {
    hooks.forEach(AttachedHook::close);
    hooks.clear();
    ring.close();
    state.close();
  }
}
