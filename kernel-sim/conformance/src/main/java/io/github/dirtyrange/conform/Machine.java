package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.TrackedProcess;

/** Something that programs run on: a kernel with a first process and a few places for children. */
public interface Machine extends AutoCloseable {

  /** How many children may live at a time, in the process slots from 1 on. */
  int CHILDREN = 3;

  /** {@return which kernel it is: a release, or a profile} */
  String name();

  /** Ends what an earlier program left behind, and maps nothing but the fences of a layout. */
  void reset(Layout layout);

  /**
   * Reads the pagemap entries of {@code count} pages from {@code startVpn} on into {@code entries}.
   */
  void readPagemap(int process, long startVpn, int count, long[] entries);

  /** {@return what an operation comes to here} */
  Outcome run(Operation operation);

  /**
   * {@return what an operation comes to here, after it was done on another machine} Where a kernel
   * may choose how much it does, this one does as much, if that is possible at all.
   */
  default Outcome follow(Operation operation, Outcome elsewhere) {
    return run(operation);
  }

  /** {@return a process as a tracker sees it, to be closed by who asks} */
  TrackedProcess track(int process);

  @Override
  void close();
}
