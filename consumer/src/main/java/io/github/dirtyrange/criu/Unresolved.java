package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;

/**
 * Finds the pages of one generation that have no bytes: those that lean on a parent which does not
 * have them, or whose own are nowhere. Goes once along the entries of the generation and of its
 * parent.
 */
final class Unresolved {

  /** What is told of such pages. */
  @FunctionalInterface
  interface Hole {

    /**
     * Tells pages.
     *
     * @param isInParent whether the parent has them, without bytes
     */
    void found(long startVpn, long endVpn, boolean isInParent);
  }

  private final Pagemap pagemap;
  private final Pagemap parent;
  private final Pagemap unresolvedInParent;
  private final Hole hole;
  private final Pagemap unresolved = new Pagemap(0);

  private Unresolved(Pagemap pagemap, Pagemap parent, Pagemap inParent, Hole hole) {
    this.pagemap = pagemap;
    this.parent = parent;
    unresolvedInParent = inParent;
    this.hole = hole;
  }

  /**
   * Finds them.
   *
   * @param parent what the parent has; nothing where there is none
   * @param unresolvedInParent what this found of the parent
   * @param hole is told those that lean on the parent, in ascending order
   * @return all of them
   */
  static Pagemap find(Pagemap pagemap, Pagemap parent, Pagemap unresolvedInParent, Hole hole) {
    Unresolved search = new Unresolved(pagemap, parent, unresolvedInParent, hole);
    for (int entry = 0; entry < pagemap.size(); entry++) {
      search.look(entry);
    }
    return search.unresolved;
  }

  private void look(int entry) {
    long start = pagemap.start(entry);
    long end = pagemap.end(entry);
    switch (pagemap.pageClass(entry)) {
      case PARENT -> lean(start, end);
      case UNREAD -> unresolved.add(start, end, PageClass.UNREAD);
      default -> {
        // its bytes are there
      }
    }
  }

  private void lean(long start, long end) {
    int entry = parent.firstEndingBehind(start);
    for (long at = start; at < end; entry++) {
      long covered = entry < parent.size() ? Math.min(end, parent.start(entry)) : end;
      if (at < covered) {
        add(at, covered, false);
      }
      if (covered == end) {
        return;
      }
      long until = Math.min(end, parent.end(entry));
      covered(Math.max(at, covered), until);
      at = until;
    }
  }

  private void covered(long start, long end) {
    int entry = unresolvedInParent.firstEndingBehind(start);
    while (entry < unresolvedInParent.size() && unresolvedInParent.start(entry) < end) {
      add(
          Math.max(start, unresolvedInParent.start(entry)),
          Math.min(end, unresolvedInParent.end(entry)),
          true);
      entry++;
    }
  }

  private void add(long start, long end, boolean isInParent) {
    unresolved.add(start, end, PageClass.UNREAD);
    hole.found(start, end, isInParent);
  }
}
