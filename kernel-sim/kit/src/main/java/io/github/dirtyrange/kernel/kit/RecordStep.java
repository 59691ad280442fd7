package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of a queue under test, as the fault path, mremap and a reader make it.
 *
 * @param kind which call
 * @param cpu the CPU whose fault it is
 * @param page the first page, counted over the tracked ranges one after another
 * @param pages how many pages, of a move too; those behind the end of their range are left out
 * @param changed the categories that had a transition
 */
public record RecordStep(Kind kind, int cpu, int page, int pages, long changed) {

  /**
   * What is called. SCATTER records every other page by itself; MOVE moves pages to as many behind
   * them; MOVE_BACK moves them to as many before them.
   */
  public enum Kind {
    RECORD,
    SCATTER,
    MOVE,
    MOVE_BACK,
    PEEK,
    DRAIN
  }

  /** {@return the same of fewer pages, or of one nearer to the first} */
  List<RecordStep> narrower() {
    List<RecordStep> narrower = new ArrayList<>();
    if (pages > 1) {
      narrower.add(new RecordStep(kind, cpu, page, pages / 2, changed));
    }
    if (page > 0) {
      narrower.add(new RecordStep(kind, cpu, page / 2, pages, changed));
    }
    return narrower;
  }

  @Override
  public String toString() {
    return String.format(
        "%s cpu %d page %d+%d %s", kind, cpu, page, pages, Categories.toString(changed));
  }
}
