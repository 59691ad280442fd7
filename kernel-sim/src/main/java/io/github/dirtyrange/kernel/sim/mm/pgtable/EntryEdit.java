package io.github.dirtyrange.kernel.sim.mm.pgtable;

/**
 * A change of bits that is the same for many entries.
 *
 * @param presentClear bits to clear in present entries
 * @param presentSet bits to set in present entries
 * @param swapClear bits to clear in entries that are neither present nor empty
 * @param swapSet bits to set in those
 * @param empty what an empty entry becomes
 * @param affects the bits of a table's summary without which no entry would change
 */
public record EntryEdit(
    long presentClear, long presentSet, long swapClear, long swapSet, long empty, long affects) {

  /** Empties every entry. */
  public static final EntryEdit ZAP = new EntryEdit(-1, 0, -1, 0, Pte.NONE, Summary.ANY);

  /** Takes away the CPU's bits. */
  public static final EntryEdit CLEAN =
      new EntryEdit(Pte.DIRTY | Pte.ACCESSED, 0, 0, 0, Pte.NONE, Summary.ANY);

  /** Arms by soft-dirty ({@code clear_soft_dirty}, {@code fs/proc/task_mmu.c}). */
  public static final EntryEdit CLEAR_SOFT_DIRTY =
      new EntryEdit(
          Pte.WRITE | Pte.SOFT_DIRTY, 0, Pte.SWAP_SOFT_DIRTY, 0, Pte.NONE, Summary.SOME_ARMABLE);

  /** Arms by userfaultfd ({@code make_uffd_wp_pte}, {@code fs/proc/task_mmu.c}). */
  public static final EntryEdit WRITE_PROTECT =
      new EntryEdit(
          Pte.WRITE,
          Pte.UFFD_WP,
          0,
          Pte.SWAP_UFFD_WP,
          Pte.UFFD_WP_MARKER,
          Summary.SOME_UNPROTECTED);

  /** Arms by userfaultfd what is populated alone. */
  public static final EntryEdit WRITE_PROTECT_POPULATED =
      new EntryEdit(
          Pte.WRITE, Pte.UFFD_WP, 0, Pte.SWAP_UFFD_WP, Pte.NONE, Summary.SOME_UNPROTECTED);

  /** Lifts userfaultfd's protection; the next store is an ordinary fault. */
  public static final EntryEdit UNPROTECT =
      new EntryEdit(Pte.UFFD_WP, 0, Pte.SWAP_UFFD_WP, 0, Pte.NONE, Summary.ANY);

  /** Arms by both. */
  public static final EntryEdit ARM_BOTH =
      new EntryEdit(
          Pte.WRITE | Pte.SOFT_DIRTY,
          Pte.UFFD_WP,
          Pte.SWAP_SOFT_DIRTY,
          Pte.SWAP_UFFD_WP,
          Pte.UFFD_WP_MARKER,
          Summary.SOME_ARMABLE | Summary.SOME_UNPROTECTED);

  /** {@return what an entry becomes} */
  public long apply(long entry) {
    if ((entry & Pte.PRESENT) != 0) {
      return (entry & ~presentClear) | presentSet;
    }
    if (entry == Pte.NONE) {
      return empty;
    }
    long after = (entry & ~swapClear) | swapSet;
    return (after & ~Pte.SWAP_SOFT_DIRTY) == Pte.BARE_MARKER ? Pte.NONE : after;
  }
}
