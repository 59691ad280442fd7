package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a merge is to do: which generations go, and what others say then. Of the ancestors go those
 * that nobody else builds on: from the parent upwards, until the first one that has another child.
 *
 * @param upTo the generation that becomes whole
 * @param removed newest first: so each that is there still has all that it needs
 * @param stayed ancestors that do not go
 * @param rewritten oldest first: so what one has from another is there before
 */
record MergePlan(
    Generation upTo, List<Generation> removed, List<Generation> stayed, List<Rewriting> rewritten) {

  /**
   * Looks at a store.
   *
   * @throws SavedException if something is damaged or missing that must be known
   */
  static MergePlan of(SnapshotStore store, Generation upTo) throws SavedException {
    for (SavedFault damage : store.damaged()) {
      throw new SavedException(damage.kind(), damage.sentence() + ": nothing is merged");
    }
    Set<Generation> candidates = candidates(store, upTo);
    Set<Generation> removed = removed(store, upTo, candidates);
    List<Generation> stayed = new ArrayList<>(candidates);
    stayed.removeAll(removed);
    return new MergePlan(
        upTo, List.copyOf(removed), List.copyOf(stayed), rewritten(store, upTo, removed));
  }

  /** Newest first: ancestors, and what an earlier merge would have removed that was stopped. */
  private static Set<Generation> candidates(SnapshotStore store, Generation upTo)
      throws SavedException {
    Set<Generation> candidates =
        new TreeSet<>(Comparator.comparingLong(Generation::number).reversed());
    Generation at = upTo;
    while (at.header().parent().isPresent()) {
      at = Links.parent(store, at.number(), at.header());
      candidates.add(at);
    }
    for (UUID id : upTo.index().replaced()) {
      store
          .generation(id)
          .filter(replaced -> replaced.number() < upTo.number())
          .ifPresent(candidates::add);
    }
    return candidates;
  }

  private static Set<Generation> removed(
      SnapshotStore store, Generation upTo, Set<Generation> candidates) {
    Set<Generation> removed = new LinkedHashSet<>();
    for (Generation candidate : candidates) {
      boolean needed =
          store.generations().stream()
              .filter(each -> !each.equals(upTo) && !removed.contains(each))
              .anyMatch(each -> hasParent(each, candidate));
      if (!needed) {
        removed.add(candidate);
      }
    }
    return removed;
  }

  private static boolean hasParent(Generation child, Generation parent) {
    return child.header().parent().filter(named -> named.id().equals(parent.id())).isPresent();
  }

  private static List<Rewriting> rewritten(
      SnapshotStore store, Generation upTo, Set<Generation> removed) throws SavedException {
    Set<UUID> gone = new HashSet<>();
    removed.forEach(each -> gone.add(each.id()));
    MovedPages moved = new MovedPages(store, gone);
    List<Rewriting> rewritten = new ArrayList<>();
    for (Generation each : store.generations()) {
      boolean becomesWhole = each.equals(upTo) && each.header().parent().isPresent();
      boolean leans = each.index().sources().stream().anyMatch(gone::contains);
      if (becomesWhole || (leans && !gone.contains(each.id()))) {
        rewritten.add(
            becomesWhole
                ? Rewriting.whole(store, each, moved, gone)
                : Rewriting.linked(store, each, moved));
      }
    }
    return rewritten;
  }
}
