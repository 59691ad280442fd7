package io.github.dirtyrange.kernel;

/** What is behind a mapping: who else can change what its pages hold. */
public enum MemoryKind {
  /** Memory of one process alone: nothing but its page table leads there. */
  PRIVATE_ANONYMOUS,

  /**
   * A file or shared memory: what the pages hold is in the page cache, and calls on the file change
   * it past every page table: write(2), truncation, hole punching, MADV_REMOVE. Of a private
   * mapping of a file that goes for the pages that it has not written.
   */
  FILE_BACKED;

  /** {@return what is behind a mapping} */
  public static MemoryKind of(Vma vma) {
    return vma.shared() || vma.isOfFile() ? FILE_BACKED : PRIVATE_ANONYMOUS;
  }
}
