package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.UnreadReason;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;

/**
 * Tells one generation's writer of every page. A page that is not stale is as it was in the parent.
 * What is in the others is looked up in the page table, and only what holds something is read: what
 * nobody touched is not touched by this either.
 */
final class GenerationCopy {

  private final Presence presence;
  private final PendingPages pages;
  private final SharedPages shared;

  GenerationCopy(Presence presence, PendingPages pages, SharedPages shared) {
    this.presence = presence;
    this.pages = pages;
    this.shared = shared;
  }

  /**
   * Copies all.
   *
   * @param stale the pages to look at; of the rest the parent is right
   * @throws GivenUpException if the end is wished for
   */
  void copy(List<Vma> mappings, ChangedPages stale) throws SavedException {
    int next = 0;
    for (Vma vma : mappings) {
      pages.mapping(vma);
      while (next < stale.ranges() && stale.endVpn(next) <= vma.startVpn()) {
        next++;
      }
      next = copy(vma, stale, next);
    }
    pages.flush();
  }

  /** {@return the first stale range that may lie behind this mapping, too} */
  private int copy(Vma vma, ChangedPages stale, int first) throws SavedException {
    MappingClass mappingClass = MappingClass.of(vma);
    long vpn = vma.startVpn();
    int next = first;
    while (next < stale.ranges() && stale.startVpn(next) < vma.endVpn()) {
      long from = Math.max(vpn, stale.startVpn(next));
      long to = Math.min(vma.endVpn(), stale.endVpn(next));
      unchanged(vpn, from);
      look(vma, mappingClass, from, to);
      vpn = to;
      if (stale.endVpn(next) > vma.endVpn()) {
        break;
      }
      next++;
    }
    unchanged(vpn, vma.endVpn());
    return next;
  }

  private void unchanged(long startVpn, long endVpn) throws SavedException {
    if (startVpn < endVpn) {
      pages.tell(startVpn, writer -> writer.parent(startVpn, endVpn));
    }
  }

  private void look(Vma vma, MappingClass mappingClass, long startVpn, long endVpn)
      throws SavedException {
    if (mappingClass == MappingClass.DEVICE) {
      pages.unread(startVpn, endVpn, UnreadReason.DEVICE);
      return;
    }
    PageTable found = new PageTable();
    presence.read(startVpn, endVpn, found);
    long vpn = startVpn;
    for (int i = 0; i < found.size(); i++) {
      absent(vma, mappingClass, vpn, found.startVpn(i));
      present(mappingClass, found.startVpn(i), found.endVpn(i), found.categories(i));
      vpn = found.endVpn(i);
    }
    absent(vma, mappingClass, vpn, endVpn);
  }

  private void present(MappingClass mappingClass, long startVpn, long endVpn, long categories)
      throws SavedException {
    if (isOfFile(mappingClass, categories)) {
      pages.tell(startVpn, writer -> writer.file(startVpn, endVpn));
    } else {
      pages.read(startVpn, endVpn);
    }
  }

  /** Of a private mapping, what is in memory and not anonymous has not been written. */
  private static boolean isOfFile(MappingClass mappingClass, long categories) {
    return switch (mappingClass) {
      case PRIVATE_FILE -> (categories & Categories.FILE) != 0;
      case SHARED_FILE -> true;
      case ANONYMOUS, NAMELESS_FILE, KERNEL_CODE, DEVICE -> false;
    };
  }

  private void absent(Vma vma, MappingClass mappingClass, long startVpn, long endVpn)
      throws SavedException {
    if (startVpn == endVpn) {
      return;
    }
    switch (mappingClass) {
      case ANONYMOUS -> pages.tell(startVpn, writer -> writer.nothing(startVpn, endVpn));
      case PRIVATE_FILE, SHARED_FILE ->
          pages.tell(startVpn, writer -> writer.file(startVpn, endVpn));
      case NAMELESS_FILE -> shared.copy(vma, startVpn, endVpn, pages);
      case KERNEL_CODE -> pages.read(startVpn, endVpn);
      case DEVICE -> throw new IllegalStateException("memory of a device is not looked at");
    }
  }
}
