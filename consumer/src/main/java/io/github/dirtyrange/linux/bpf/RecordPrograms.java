package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Programs at the kernel's functions that change pages, for all whose changes are recorded: a
 * function takes 38 of them, so that not everybody can have their own. They are gone when the last
 * who uses them closes them, and with this process, however it ends.
 *
 * <p>Safe for use by several threads.
 */
public final class RecordPrograms implements AutoCloseable {

  private static final Object LOCK = new Object();

  /** A function may have as many programs as it takes (E2BIG), and the machine no more memory. */
  private static final Set<Errno> PASSING =
      EnumSet.of(Errno.E2BIG, Errno.EAGAIN, Errno.ENOMEM, Errno.EMFILE, Errno.EBUSY, Errno.EINTR);

  /** Those that are attached, for whoever comes next. */
  private static @Nullable RecordPrograms shared;

  private final MemoryFinder memory;
  private final Targets targets;
  private final FunctionTracing tracing = FunctionTracing.open();
  private final List<AttachedHook> hooks = new ArrayList<>();
  private final List<HookTrial> trials = new ArrayList<>();
  private @Nullable KernelException refusal;

  /** Whether something could not be attached that another time may be. */
  private boolean isShort;

  private int users = 1;

  private RecordPrograms(MemoryFinder memory, Targets targets) {
    this.memory = memory;
    this.targets = targets;
  }

  /**
   * Attaches what can be attached of the table, or finds it attached. To be closed by each who has
   * asked for it. What could not be attached for want of something, as of memory, is tried again by
   * who asks next.
   *
   * @throws KernelException if there can be no map; of hooks {@link #trials} tells
   */
  public static RecordPrograms shared() {
    synchronized (LOCK) {
      if (shared != null) {
        shared.use();
        return shared;
      }
      RecordPrograms attached = attach(Btf.running(), Hooks.ALL);
      shared = attached.isShort ? null : attached;
      return attached;
    }
  }

  /** Takes note of one more user, who is to close them as well. */
  void use() {
    synchronized (LOCK) {
      users++;
    }
  }

  /** Attaches some hooks, for one user. */
  static RecordPrograms attach(Btf btf, List<Hook> hooks) {
    MemoryFinder memory = new MemoryFinder(btf);
    RecordPrograms programs = new RecordPrograms(memory, Targets.create());
    try {
      programs.attachAll(btf, hooks);
      return programs;
    } catch (RuntimeException | Error e) {
      programs.close();
      throw e;
    }
  }

  private void attachAll(Btf btf, List<Hook> wanted) {
    RecordMaps maps = targets.maps();
    for (Hook hook : wanted) {
      try {
        AttachedHook attached = AttachedHook.attach(btf, maps, hook);
        hooks.add(attached);
        trials.add(
            new HookTrial(
                hook.change(), hook.what(), attached.place(), attached.instructions(), ""));
      } catch (KernelException e) {
        refusal = refusal == null ? e : refusal;
        isShort |= PASSING.contains(e.errno());
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
   * {@return where the kernel has a process's memory} It stays there as long as a file of it is
   * open.
   *
   * @param pagemap {@code /proc/PID/pagemap} of the process, or of a thread of it
   * @throws KernelException if its memory cannot be found
   */
  public long findMemory(Path pagemap) {
    return memory.find(pagemap);
  }

  /** {@return whose changes are recorded} */
  Targets targets() {
    return targets;
  }

  /**
   * {@return how many changes, since they were attached, no program ran for} They may have been
   * anybody's.
   *
   * @param ofWrites whether of those alone that no look at the pages shows, or of all others
   */
  synchronized long misses(boolean ofWrites) {
    long misses = 0;
    for (AttachedHook hook : hooks) {
      if ((hook.change() == Change.WRITTEN_BY_ANOTHER) == ofWrites) {
        misses += hook.recursionMisses();
      }
    }
    return misses;
  }

  /** {@return whether the machine lets programs at functions run at all} */
  synchronized boolean isOn() {
    return tracing.isOn();
  }

  /** {@inheritDoc} By the last who uses them. */
  @Override
  public void close() {
    synchronized (LOCK) {
      users--;
      if (users > 0) {
        return;
      }
      if (shared == this) {
        shared = null;
      }
    }
    hooks.forEach(AttachedHook::close);
    hooks.clear();
    tracing.close();
    targets.close();
  }
}
