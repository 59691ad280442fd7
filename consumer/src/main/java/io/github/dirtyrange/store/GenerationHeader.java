package io.github.dirtyrange.store;

import java.util.Optional;
import java.util.UUID;

/**
 * What is told of a generation before its pages.
 *
 * @param pageSize bytes of a page, a power of two from 64 to 65,536; one for all of a store
 * @param tracker who tracked the process, at random: only the tracker that began a chain can go on
 *     with it, as nobody else knows what changed
 * @param epoch the tracker's count of rounds, at this generation
 * @param parent the generation that pages are unchanged since; nothing where all is told anew
 * @param pid the process's number
 * @param startTicks when the process started, in clock ticks since boot: a number of a process is
 *     used again
 * @param wallMillis when the generation was made, in ms since 1970
 * @param stopped whether the process stood still meanwhile
 * @param exact whether no change can have been missed
 */
public record GenerationHeader(
    int pageSize,
    UUID tracker,
    long epoch,
    Optional<Parent> parent,
    int pid,
    long startTicks,
    long wallMillis,
    boolean stopped,
    boolean exact) {

  /**
   * A generation that another one builds on.
   *
   * @param id which one
   * @param epoch the tracker's count of rounds that it was made at. Pages that are told as
   *     unchanged are unchanged since then, so that a generation cannot be put on the wrong parent
   */
  public record Parent(UUID id, long epoch) {}

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the page size is none, or the epoch does not follow the
   *     parent's
   */
  public GenerationHeader {
    if (!isPageSize(pageSize)) {
      throw new IllegalArgumentException("a page has " + pageSize + " bytes");
    }
    if (parent.isPresent() && parent.get().epoch() >= epoch) {
      throw new IllegalArgumentException(
          "epoch " + epoch + " does not follow " + parent.get().epoch() + ", the parent's");
    }
  }

  private static boolean isPageSize(int bytes) {
    return bytes >= StoreFormat.LEAST_PAGE
        && bytes <= StoreFormat.MOST_PAGE
        && Integer.bitCount(bytes) == 1;
  }
}
