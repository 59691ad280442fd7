package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.QueueCategories;

/**
 * What is asked of the kernel, and what its answers are called. The kernel's queue arms by
 * soft-dirty: a page that is written becomes SOFT_DIRTY. A reader that asks for WRITTEN, which is
 * userfaultfd's name for a page that was written since it was armed, means just that; so the kernel
 * is asked for SOFT_DIRTY, and its answer is told as WRITTEN. Unasked it is told as SOFT_DIRTY.
 */
final class ToldCategories {

  private final long changedAsked;
  private final long nowAsked;

  ToldCategories(ChangeQueueOptions options) {
    changedAsked = options.changed();
    nowAsked = options.now();
  }

  /** {@return the categories whose transitions the kernel is asked for} */
  long changedMask() {
    return asked(changedAsked);
  }

  /** {@return the categories that the kernel is asked to tell of the present state} */
  long nowMask() {
    return asked(nowAsked);
  }

  private static long asked(long categories) {
    return (categories & Categories.WRITTEN) == 0
        ? categories
        : (categories & ~Categories.WRITTEN) | Categories.SOFT_DIRTY;
  }

  /** {@return what is told of a kernel that tells these categories} */
  QueueCategories given(long told) {
    return new QueueCategories(
        changedAsked == ChangeQueueOptions.UNASKED ? told : changedAsked,
        nowAsked == ChangeQueueOptions.UNASKED ? told : nowAsked);
  }

  /** {@return whether somebody reads SOFT_DIRTY by the name of WRITTEN} */
  boolean renames() {
    return ((changedAsked | nowAsked) & Categories.WRITTEN) != 0;
  }

  /** {@return the name, as a category, of transitions that the kernel told of} */
  long changed(long raw) {
    return named(raw, changedAsked);
  }

  /** {@return the same of a present state} */
  long now(long raw) {
    return named(raw, nowAsked);
  }

  private static long named(long raw, long asked) {
    if ((asked & Categories.WRITTEN) == 0 || (raw & Categories.SOFT_DIRTY) == 0) {
      return raw;
    }
    long withWritten = raw | Categories.WRITTEN;
    return (asked & Categories.SOFT_DIRTY) == 0
        ? withWritten & ~Categories.SOFT_DIRTY
        : withWritten;
  }
}
