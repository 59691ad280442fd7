package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;
import java.util.List;

/**
 * How two memories differ.
 *
 * @param counts of all pages
 * @param mappings each with its pages, ascending; also those without a difference
 */
public record DiffResult(DiffCounts counts, List<MappingDiff> mappings) {

  /** Copies the list. */
  public DiffResult {
    mappings = List.copyOf(mappings);
  }

  /** Which of both has a mapping. */
  public enum Side {
    /** The first alone. */
    FIRST,
    /** The second alone. */
    SECOND,
    /** Both, if of another length. */
    BOTH
  }

  /**
   * A mapping.
   *
   * @param mapping as it is in the second, if it is there
   * @param side who has it
   * @param counts of its pages
   */
  public record MappingDiff(SavedMapping mapping, Side side, DiffCounts counts) {}
}
