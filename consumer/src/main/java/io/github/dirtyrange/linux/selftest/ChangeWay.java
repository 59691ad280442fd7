package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.linux.bpf.Change;
import java.util.List;

/**
 * A way to change pages.
 *
 * @param name for people: what is done
 * @param everywhere whether it changes pages on every kernel: unless it has, nothing is proved
 * @param told what records of it may say: by that the hook is found that is missing
 * @param script does it
 */
record ChangeWay(String name, boolean everywhere, List<Change> told, Script script) {

  ChangeWay {
    told = List.copyOf(told);
  }

  /** {@return one that changes pages only on kernels that know it} */
  static ChangeWay way(String name, Script script, Change... told) {
    return new ChangeWay(name, false, List.of(told), script);
  }

  /** {@return one that every kernel knows} */
  static ChangeWay always(String name, Script script, Change... told) {
    return new ChangeWay(name, true, List.of(told), script);
  }

  /** What a process is made to do. */
  @FunctionalInterface
  interface Script {
    /**
     * Prepares memory, and makes the change by {@link Scene#changing}.
     *
     * @throws io.github.dirtyrange.kernel.KernelException if the kernel does not do it
     */
    void play(Scene scene);
  }
}
