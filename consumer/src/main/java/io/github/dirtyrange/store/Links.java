package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.util.UUID;

/**
 * Which generations one may build on. Each names older ones alone, so that no chain has a loop and
 * following one ends.
 */
final class Links {

  private Links() {}

  /**
   * Finds the parent that a header names.
   *
   * @param number of the generation with that header
   * @throws SavedException if the parent is missing, or is not what changes were counted from
   */
  static Generation parent(SnapshotStore store, long number, GenerationHeader header)
      throws SavedException {
    GenerationHeader.Parent named = header.parent().orElseThrow();
    Generation parent =
        store
            .generation(named.id())
            .orElseThrow(
                () ->
                    new SavedException(
                        Kind.NO_PARENT,
                        "generation " + number + ": its parent " + named.id() + " is missing"));
    String wrong = wrong(parent, number, header, named.epoch());
    if (!wrong.isEmpty()) {
      throw new SavedException(
          Kind.WRONG_PARENT,
          "generation " + number + " cannot follow generation " + parent.number() + ": " + wrong);
    }
    return parent;
  }

  private static String wrong(
      Generation parent, long number, GenerationHeader header, long sinceEpoch) {
    GenerationHeader before = parent.header();
    if (parent.number() >= number) {
      return "that is not older";
    }
    if (!before.tracker().equals(header.tracker())) {
      return "another tracker made that, and knows alone what changed since";
    }
    if (before.epoch() != sinceEpoch) {
      return "its changes are those since epoch "
          + sinceEpoch
          + ", and that is of "
          + before.epoch();
    }
    if (before.pid() != header.pid() || before.startTicks() != header.startTicks()) {
      return "that is of another process";
    }
    return before.pageSize() == header.pageSize() ? "" : "that has pages of another size";
  }

  /**
   * Finds where some pages of a {@link PageClass#SAME} are stored.
   *
   * @param range which range of the generation
   * @param endIndex behind the last one's place in the source
   * @throws SavedException if no such pages are stored
   */
  static Generation source(SnapshotStore store, Generation of, int range, long endIndex)
      throws SavedException {
    UUID id = of.index().sources().get(of.index().ranges().detail(range));
    Generation source = store.generation(id).orElseThrow(() -> nowhere(of, range, id, "missing"));
    if (source.number() > of.number()) {
      throw nowhere(of, range, id, "newer");
    }
    if (source.header().pageSize() != of.header().pageSize()) {
      throw nowhere(of, range, id, "of another page size");
    }
    if (endIndex > source.storedPages()) {
      throw nowhere(of, range, id, "without such a page");
    }
    return source;
  }

  private static SavedException nowhere(Generation of, int range, UUID id, String what) {
    long vpn = of.index().ranges().start(range);
    return new SavedException(
        Kind.SAME_NOWHERE,
        of.title(vpn) + " equals one of generation " + id + ", which is " + what);
  }
}
