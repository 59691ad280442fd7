package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;

/**
 * What may change and change back within one step. A drain reports it (law L8), and the categories
 * before and after the step do not tell whether it happened.
 */
final class PassingChanges {

  /** What the copy of a registered mapping has until it is taken off the userfaultfd. */
  private static final long REGISTERED = Categories.WPALLOWED | Categories.WRITTEN;

  /** How many pages a huge page has. */
  private static final int HUGE_PAGES = 512;

  private PassingChanges() {}

  /** Adds a step's possible changes, page by page; the mappings are those after it. */
  static void allow(
      long[] possible,
      Step step,
      Window window,
      Profile profile,
      List<Vma> maps,
      long[] categoriesBefore) {
    int from = (int) (step.vpn(window) - window.base());
    for (int i = from; i < from + step.pages(window); i++) {
      possible[i] |= ofRange(step, categoriesBefore[i]);
    }
    if (step.kind() == Step.Kind.SOFT_OFFLINE) {
      allowHuge(possible, window, step.vpn(window));
    }
    if (profile.has(Quirk.MREMAP_UNREGISTERS_NEIGHBOURS)) {
      allowUnregistered(possible, step, window, categoriesBefore);
    }
    if (profile.has(Quirk.MERGE_FORGETS_SOFT_DIRTY) && changesFlags(step)) {
      long startVpn = step.vpn(window);
      allowSoftDirty(possible, window, maps, startVpn, startVpn + step.pages(window));
    }
  }

  /**
   * An untouched mapping that moves may merge with its own copy and with a soft-dirty neighbour of
   * the copy, before its old place goes. Registering is one record of a whole mapping, and a guard
   * may have kept its protection from an earlier registration.
   */
  private static long ofRange(Step step, long before) {
    return switch (step.kind()) {
      case MREMAP, MREMAP_DONTUNMAP -> Categories.SOFT_DIRTY;
      case REGISTER -> (before & Categories.GUARD) == 0 ? 0 : Categories.WRITTEN;
      default -> 0;
    };
  }

  /**
   * The copy of a registered mapping is registered for a moment. Neighbours that go with it lose
   * their registration by one record, and keep their protection, until they are registered again.
   */
  private static void allowUnregistered(
      long[] possible, Step step, Window window, long[] categoriesBefore) {
    boolean moves = step.kind() == Step.Kind.MREMAP || step.kind() == Step.Kind.MREMAP_DONTUNMAP;
    if (!moves && step.kind() != Step.Kind.REGISTER) {
      return;
    }
    int from = (int) (step.target(window) - window.base());
    for (int i = 0; i < possible.length; i++) {
      boolean copied = moves && i >= from && i < from + step.pages(window);
      boolean registered = (categoriesBefore[i] & Categories.WPALLOWED) != 0;
      possible[i] |= copied ? REGISTERED : 0;
      possible[i] |= registered || !moves ? Categories.WRITTEN : 0;
    }
  }

  /** A huge page may be made by the look at the page, and split since one part of it goes. */
  private static void allowHuge(long[] possible, Window window, long vpn) {
    long first = vpn / HUGE_PAGES * HUGE_PAGES;
    long from = Math.max(first, window.base());
    for (long page = from; page < Math.min(first + HUGE_PAGES, window.end()); page++) {
      possible[(int) (page - window.base())] |= Categories.HUGE;
    }
  }

  /** Calls that go mapping by mapping, each of which may merge with the one before. */
  private static boolean changesFlags(Step step) {
    return switch (step.kind()) {
      case MPROTECT_NONE, MPROTECT_READ, MPROTECT_WRITE -> true;
      case REGISTER, UNREGISTER, HUGEPAGE, MLOCK -> true;
      default -> false;
    };
  }

  /**
   * Where the survivor's VM_SOFTDIRTY decides, pages may gain SOFT_DIRTY by one merge and lose it
   * by the next.
   */
  private static void allowSoftDirty(
      long[] possible, Window window, List<Vma> maps, long startVpn, long endVpn) {
    for (Vma vma : maps) {
      if (vma.startVpn() <= endVpn && vma.endVpn() >= startVpn) {
        int from = (int) (vma.startVpn() - window.base());
        int to = (int) (vma.endVpn() - window.base());
        for (int i = from; i < to; i++) {
          possible[i] |= Categories.SOFT_DIRTY;
        }
      }
    }
  }
}
