package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;

/**
 * What a queue made of fault samples and PAGEMAP_SCAN can tell: of transitions WRITTEN alone, since
 * no other makes a fault that is sampled; of the present state what the call that arms again
 * returns. Unasked it is WRITTEN alone, for which the kernel has a path of its own.
 */
final class GivenCategories {

  /**
   * Not SOFT_DIRTY and ACCESSED, which are of other ways to arm, and are 0 under this one. Not
   * HUGE: a call that covers a part of a huge page splits it, and tells of small ones.
   */
  private static final long NOW =
      Categories.WPALLOWED
          | Categories.WRITTEN
          | Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.GUARD;

  private GivenCategories() {}

  /**
   * {@return what is given where that is asked for}
   *
   * @throws KernelException EOPNOTSUPP if not all of it can be given
   */
  static QueueCategories of(ChangeQueueOptions options, ProcPagemap pagemap) {
    refuse(options.changed() & ~Categories.WRITTEN, "told when it changes");
    refuse(options.now() & ~NOW, "told of a changed page");
    if ((options.now() & Categories.GUARD) != 0 && !isKnown(Categories.GUARD, pagemap)) {
      refuse(Categories.GUARD, "told of a changed page before Linux 6.16");
    }
    return new QueueCategories(Categories.WRITTEN, options.now() | Categories.WRITTEN);
  }

  /** {@return whether it is asked to be told what becomes present, or goes to swap} */
  static boolean areOfPresence(ChangeQueueOptions options) {
    return (options.changed() & Presence.CATEGORIES) != 0;
  }

  /**
   * {@return what is given where that is asked for}
   *
   * @param complete whether every change of a page is recorded
   * @throws KernelException EOPNOTSUPP if not all of it can be given; EPERM if the kernel hides
   *     from us which pages are in swap
   */
  static QueueCategories ofPresence(ChangeQueueOptions options, boolean complete) {
    long told = Categories.WRITTEN | Presence.CATEGORIES;
    refuse(options.changed() & ~told, "told when it changes");
    refuse(options.now() & ~told, "told of a changed page beside what becomes present");
    if (!complete) {
      refuse(
          options.changed() & Presence.CATEGORIES,
          "told where not every change is recorded (doctor says which is not)");
    }
    if (!ProcPagemap.showsPlaces()) {
      throw new KernelException(
          Errno.EPERM,
          "telling pages in swap from markers takes CAP_SYS_ADMIN: to others pagemap hides it");
    }
    return new QueueCategories(told, told);
  }

  private static void refuse(long categories, String what) {
    KernelException.refuseIf(
        categories != 0,
        Errno.EOPNOTSUPP,
        "change queue of a live process: " + Categories.toString(categories) + " is not " + what);
  }

  /** A category that the kernel has no name for is EINVAL, before anything is looked at. */
  private static boolean isKnown(long category, ProcPagemap pagemap) {
    PagemapScanIoctl scan = new PagemapScanIoctl(pagemap);
    scan.match(0, category, 0, category);
    try {
      scan.call(0, 0, 0, 0, 1);
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.EINVAL) {
        return false;
      }
      throw e;
    }
  }
}
