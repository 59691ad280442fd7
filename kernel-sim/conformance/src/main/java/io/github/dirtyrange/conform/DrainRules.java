package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.FreeBits.Freedom;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.EnumSet;
import java.util.Set;

/**
 * The one table of what the kernel's queue may say otherwise than the simulated one of a page. GONE
 * never; what changed and what holds now only as {@link Freedom} lists.
 */
final class DrainRules {

  private static final long FLAGS = Categories.GONE | Categories.COARSE | Categories.HOT;

  /** What an entry says that is not empty. */
  private static final long OF_ENTRY =
      Categories.PRESENT
          | Categories.SWAPPED
          | Categories.FILE
          | Categories.PFNZERO
          | Categories.HUGE;

  private DrainRules() {}

  /** What a drain said of a page on both machines. */
  record Page(long changed, long now, long simulatedChanged, long simulatedNow) {

    /** {@return what only the kernel said has changed} */
    long more() {
      return changed & ~simulatedChanged;
    }

    /** {@return what only the simulated kernel said has changed} */
    long less() {
      return simulatedChanged & ~changed;
    }

    /** {@return what one said that holds now, and the other did not, where both said something} */
    long otherwise() {
      boolean bothTell = changed != 0 && simulatedChanged != 0;
      return bothTell ? now ^ simulatedNow : 0;
    }

    boolean isAlike() {
      return (more() | less() | otherwise()) == 0;
    }
  }

  /**
   * {@return the freedoms that together explain a difference after a step; none if they do not}
   *
   * @param markers whether the program has used a userfaultfd
   */
  static Set<Freedom> explain(Page page, Operation operation, boolean markers) {
    Set<Freedom> needed = EnumSet.noneOf(Freedom.class);
    long more = page.more();
    long less = page.less();
    long otherwise = page.otherwise();
    if (isAboutMappings(operation)) {
      long dirty = Categories.SOFT_DIRTY;
      boolean simulatedMore = (less & dirty) != 0 || (otherwise & dirty & page.simulatedNow) != 0;
      if (simulatedMore && !hasMovedAlong(page, operation)) {
        needed.add(Freedom.QUEUE_OF_NEW_MAPPING);
        less &= ~dirty;
        otherwise &= ~(dirty & page.simulatedNow);
      }
      if (operation instanceof Operation.Mremap && (more & dirty) != 0) {
        needed.add(isMoved(page) ? Freedom.QUEUE_OF_MOVED : Freedom.QUEUE_OF_NEW_MAPPING);
        more &= ~dirty;
        otherwise &= isMoved(page) ? ~(dirty & page.now) : ~0L;
      }
    }
    if (isAboutFiles(operation) && (less & Categories.SOFT_DIRTY) != 0) {
      needed.add(Freedom.QUEUE_OF_FILE);
      less &= ~Categories.SOFT_DIRTY;
    }
    long marker = Categories.SWAPPED & (less | (otherwise & page.simulatedNow));
    if (markers && marker != 0) {
      needed.add(Freedom.QUEUE_OF_MARKER);
      less &= ~marker;
      otherwise &= ~marker;
    }
    boolean gone = (page.changed & page.simulatedChanged & Categories.GONE) != 0;
    if (gone && ((more | less) & OF_ENTRY) != 0) {
      needed.add(Freedom.QUEUE_OF_UNMAPPED);
      more &= ~OF_ENTRY;
      less &= ~OF_ENTRY;
    }
    boolean split = (page.changed & page.simulatedChanged & Categories.HUGE) != 0;
    if (split && (more & OF_ENTRY) != 0) {
      needed.add(Freedom.QUEUE_OF_SPLIT);
      more &= ~OF_ENTRY;
    }
    if (isOfFileThatCame(page) && (more & Categories.SOFT_DIRTY) != 0) {
      needed.add(Freedom.QUEUE_OF_PINS);
      more &= ~Categories.SOFT_DIRTY;
    }
    return (more | less | otherwise) == 0 ? needed : Set.of();
  }

  /**
   * {@return whether a difference is in no flag, of memory that is not seen} COARSE alone the
   * kernel tells there of what is unmapped or mapped, since it does not know what holds.
   */
  static boolean agreesOnFlags(Page page) {
    long different = (page.changed ^ page.simulatedChanged) & FLAGS;
    return (different & ~(Categories.COARSE & page.changed)) == 0;
  }

  private static boolean isAboutMappings(Operation operation) {
    return operation instanceof Operation.Mmap
        || operation instanceof Operation.MmapFile
        || operation instanceof Operation.Mremap
        || operation instanceof Operation.Brk;
  }

  /** {@return whether both say that the page came to, or went from, where it was} */
  private static boolean isMoved(Page page) {
    return (page.changed & page.simulatedChanged & Categories.GONE) != 0;
  }

  /**
   * {@return whether the kernel itself has moved the page's entry, and so made it soft-dirty} Of
   * such a page nothing but the mapping's newness could be told by the simulated kernel alone, and
   * a write that the kernel forgot would look just so.
   */
  private static boolean hasMovedAlong(Page page, Operation operation) {
    return operation instanceof Operation.Mremap
        && isMoved(page)
        && (page.now & (Categories.PRESENT | Categories.SWAPPED)) != 0;
  }

  /** {@return whether both say that the page came, and that it is a file's} */
  private static boolean isOfFileThatCame(Page page) {
    long ofFile = Categories.PRESENT | Categories.FILE;
    return (page.changed & page.simulatedChanged & Categories.PRESENT) != 0
        && (page.now & page.simulatedNow & ofFile) == ofFile;
  }

  private static boolean isAboutFiles(Operation operation) {
    return operation instanceof Operation.FileWrite
        || operation instanceof Operation.FileTruncate
        || operation instanceof Operation.FilePunch
        || (operation instanceof Operation.Madvise madvise
            && madvise.advice() == Madvise.Advice.REMOVE.number());
  }
}
