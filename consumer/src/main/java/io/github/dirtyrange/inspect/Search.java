package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMemory;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Searches the memories of one directory, one after the other. What is found is told once: by the
 * first memory that has these bytes at this address. A memory is searched only where it is not what
 * its parent is, or where that was not searched, the one searched before it.
 *
 * <p>Takes memory for each match, for a chunk of 1 MiB, and for what is known without reading of
 * each memory in its turn.
 */
public final class Search {

  private record Found(long address, String bytes) {}

  private final SearchPattern pattern;
  private final long most;
  private final Consumer<Match> told;
  private final Set<SavedMemory> searched = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable SavedMemory last;
  private long unknownPages;
  private final Set<Found> found = new HashSet<>();
  private boolean isCut;

  /**
   * Prepares a search.
   *
   * @param most so many matches are told; after that nothing is searched any more
   * @param told is told of each match
   */
  public Search(SearchPattern pattern, long most, Consumer<Match> told) {
    this.pattern = pattern;
    this.most = most;
    this.told = told;
  }

  /**
   * Searches a memory of the directory.
   *
   * @throws SavedException if what is needed is missing or damaged
   */
  public void in(SavedMemory memory) throws SavedException {
    if (isCut) {
      return;
    }
    Segments segments = Segments.of(memory, searched);
    unknownPages += segments.unknownPages();
    MemoryScan scan = new MemoryScan(memory, segments, pattern, this::tell);
    Optional<SavedMemory> before = searchedBefore(memory);
    if (before.isPresent()) {
      scan.searchAround(ChangedSpans.between(before.get(), memory));
    } else {
      scan.searchAll();
    }
    searched.add(memory);
    last = memory;
  }

  private Optional<SavedMemory> searchedBefore(SavedMemory memory) throws SavedException {
    Optional<SavedMemory> parent = memory.parent();
    if (parent.isPresent() && searched.contains(parent.get())) {
      return parent;
    }
    return Optional.ofNullable(last);
  }

  private boolean tell(Match match) {
    Found place = new Found(match.address(), match.bytes());
    if (found.contains(place)) {
      return true;
    }
    if (found.size() == most) {
      isCut = true;
      return false;
    }
    found.add(place);
    told.accept(match);
    return true;
  }

  /** {@return how many matches were told} */
  public long matches() {
    return found.size();
  }

  /** {@return whether there is one more than were to be told} */
  public boolean isCut() {
    return isCut;
  }

  /**
   * {@return pages of the memories searched that hold something, and nobody knows what: swapped
   * out, of a file, not read} One that is told once, and unchanged since, is counted once.
   */
  public long unknownPages() {
    return unknownPages;
  }
}
