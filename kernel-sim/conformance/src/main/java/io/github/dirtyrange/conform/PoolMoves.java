package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import java.util.List;

/**
 * Which moves of private memory of the pool of huge pages a program leaves out: mremap of a part of
 * a mapping drops the reservation of all of it ({@code clear_vma_resv_huge_pages}, called before
 * the rest is split off), and the pages reserved for the rest are then nobody's until the next
 * boot.
 */
final class PoolMoves {

  private static final long HUGE_BYTES = Pages.address(Pages.PER_TABLE);

  private PoolMoves() {}

  /** {@return whether a move might be one of a part, after these operations} */
  static boolean loseReservations(List<Operation> done, Operation.Mremap next) {
    List<Operation.Mmap> mapped =
        done.stream()
            .filter(Operation.Mmap.class::isInstance)
            .map(Operation.Mmap.class::cast)
            .filter(PoolMoves::isPrivatePool)
            .toList();
    boolean moved = done.stream().anyMatch(Operation.Mremap.class::isInstance);
    return !mapped.isEmpty()
        && (moved || mapped.stream().anyMatch(m -> meets(m, next) && !isAllOf(m, next)));
  }

  private static boolean isPrivatePool(Operation.Mmap mmap) {
    return (mmap.mapFlags() & X64Abi.MAP_HUGETLB) != 0
        && (mmap.mapFlags() & X64Abi.MAP_SHARED) == 0;
  }

  private static boolean meets(Operation.Mmap mmap, Operation.Mremap next) {
    return next.start() < mmap.start() + whole(mmap.length())
        && mmap.start() < next.start() + whole(next.oldLength());
  }

  private static boolean isAllOf(Operation.Mmap mmap, Operation.Mremap next) {
    return next.start() == mmap.start() && whole(next.oldLength()) == whole(mmap.length());
  }

  private static long whole(long bytes) {
    return (bytes + HUGE_BYTES - 1) & -HUGE_BYTES;
  }
}
