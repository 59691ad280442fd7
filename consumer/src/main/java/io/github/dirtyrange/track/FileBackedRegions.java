package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.Vma;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands a drain's regions on to a list, and tells those apart that have a file behind them where
 * that matters. An empty entry of private anonymous memory reads zero: nothing is there. An empty
 * entry of a file's or of shared memory only says that the page was not looked at since: its
 * content is in the page cache or on the disk, and reclaim leaves no more than that ({@code
 * try_to_unmap_one}, mm/rmap.c). What it holds may have become another meanwhile, by a hole punched
 * in the file or by truncation, whether it was mapped again since or not.
 *
 * <p>The mappings are read once, when the first such region comes.
 */
final class FileBackedRegions implements ChangeSink {

  private final Supplier<List<Vma>> maps;
  private final ChangedPages changed;
  private List<Vma> mappings = List.of();
  private boolean isRead;
  private int next;

  /** Hands on to a list that was cleared, regions in ascending order. */
  FileBackedRegions(Supplier<List<Vma>> maps, ChangedPages changed) {
    this.maps = maps;
    this.changed = changed;
  }

  @Override
  public void accept(long startVpn, long endVpn, long transitions, long now) {
    if (!changed.dependsOnFile(transitions, now)) {
      changed.accept(startVpn, endVpn, transitions, now);
      return;
    }
    for (long at = startVpn; at < endVpn; ) {
      Vma mapping = mappingAtOrAfter(at);
      boolean backed = mapping != null && mapping.startVpn() <= at;
      long end = mapping == null ? endVpn : backed ? mapping.endVpn() : mapping.startVpn();
      hand(at, Math.min(end, endVpn), transitions, now, backed);
      at = Math.min(end, endVpn);
    }
  }

  private void hand(long startVpn, long endVpn, long transitions, long now, boolean backed) {
    if (backed) {
      changed.acceptFileBacked(startVpn, endVpn, transitions, now);
    } else {
      changed.accept(startVpn, endVpn, transitions, now);
    }
  }

  /** {@return the first mapping with content of its own that ends after a page, or null} */
  private @Nullable Vma mappingAtOrAfter(long vpn) {
    if (!isRead) {
      isRead = true;
      mappings =
          maps.get().stream().filter(vma -> MemoryKind.of(vma) == MemoryKind.FILE_BACKED).toList();
    }
    while (next < mappings.size() && mappings.get(next).endVpn() <= vpn) {
      next++;
    }
    return next < mappings.size() ? mappings.get(next) : null;
  }
}
