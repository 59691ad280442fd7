package io.github.dirtyrange.snapshot.result;

import io.github.dirtyrange.store.GenerationCounts;
import java.util.OptionalLong;

/**
 * A generation that is in the store. Times are in nanoseconds of the kernel's clock.
 *
 * @param number its place among the generations of the store
 * @param parent number of the generation that pages are unchanged since; nothing where all is told
 *     anew
 * @param stopped whether the process stood still meanwhile
 * @param exact whether no change can have been missed
 * @param method how changed pages were found
 * @param mappedPages pages of all mappings
 * @param stalePages those that were looked at, as they changed or not every change of them is seen
 * @param counts what became of the pages
 * @param pageSize bytes of a page
 * @param roundNanos to find what changed
 * @param readNanos to look at the pages and read them
 * @param storeNanos to compare, check and write them
 * @param commitNanos to force them to the disk
 * @param stoppedNanos how long the process stood still for it, a thread of it or all
 */
public record GenerationResult(
    long number,
    OptionalLong parent,
    boolean stopped,
    boolean exact,
    String method,
    long mappedPages,
    long stalePages,
    GenerationCounts counts,
    int pageSize,
    long roundNanos,
    long readNanos,
    long storeNanos,
    long commitNanos,
    long stoppedNanos) {

  /** {@return bytes that were read from the process} */
  public long readBytes() {
    return counts.given() * pageSize;
  }

  /** {@return bytes of pages that were written to the store} */
  public long storedBytes() {
    return counts.stored() * pageSize;
  }
}
