package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;

/**
 * How many pages are of each class.
 *
 * @param data whose bytes are in this memory's own file
 * @param same whose bytes equal those of another page
 * @param zero with zeros alone
 * @param parent unchanged since the parent
 * @param nothing that nobody touched
 * @param swapped that were swapped out
 * @param file unchanged pages of a file
 * @param unread that could not be read
 * @param unsaid that are mapped, and of which nothing is said
 */
public record PageCounts(
    long data,
    long same,
    long zero,
    long parent,
    long nothing,
    long swapped,
    long file,
    long unread,
    long unsaid) {

  /** {@return all of them: what is mapped} */
  public long mapped() {
    return data + same + zero + parent + nothing + swapped + file + unread + unsaid;
  }

  /** {@return the pages of a class} */
  public long of(PageClass pageClass) {
    return switch (pageClass) {
      case DATA -> data;
      case PARENT -> parent;
      case SAME -> same;
      case ZERO -> zero;
      case NOTHING -> nothing;
      case SWAPPED -> swapped;
      case FILE -> file;
      case UNREAD -> unread;
    };
  }

  /** Counts. */
  static final class Tally {

    private final long[] pages = new long[1 + PageClass.values().length];
    private long mapped;

    void mapped(long count) {
      mapped += count;
    }

    void add(PageClass pageClass, long count) {
      pages[pageClass.code()] += count;
    }

    private long of(PageClass pageClass) {
      return pages[pageClass.code()];
    }

    PageCounts counts() {
      long said = 0;
      for (long each : pages) {
        said += each;
      }
      return new PageCounts(
          of(PageClass.DATA),
          of(PageClass.SAME),
          of(PageClass.ZERO),
          of(PageClass.PARENT),
          of(PageClass.NOTHING),
          of(PageClass.SWAPPED),
          of(PageClass.FILE),
          of(PageClass.UNREAD),
          mapped - said);
    }
  }
}
