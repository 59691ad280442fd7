package io.github.dirtyrange.store;

/**
 * What became of a generation's pages. The pages given with their bytes are {@code stored + zeroed
 * + silent + same}.
 *
 * @param stored given with their bytes, and written to this generation
 * @param zeroed given with their bytes, all of them zero
 * @param silent given with their bytes, and equal to the parent's: written to, but not changed
 * @param same given with their bytes, and equal to another page that the store has
 * @param parent told as unchanged
 * @param zero told as zero
 * @param nothing told as holding nothing
 * @param swapped told as swapped out
 * @param file told as unchanged pages of a file
 * @param unread told as not read
 */
public record GenerationCounts(
    long stored,
    long zeroed,
    long silent,
    long same,
    long parent,
    long zero,
    long nothing,
    long swapped,
    long file,
    long unread) {

  /** {@return pages given with their bytes} */
  public long given() {
    return stored + zeroed + silent + same;
  }
}
