package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;

/**
 * Reads pages of a process, in whichever directory of the chain their bytes are. CRIU keeps no
 * checksums: that a page was damaged is not seen. For one thread.
 *
 * <p>A page costs one read of the disk, and one search in the pagemap of each generation that it is
 * unchanged since.
 */
public final class CriuReader implements SavedReader {

  /** In a place, pages have the lower bits, and the memories of a chain those above. */
  private static final int PAGE_BITS = 40;

  private final CriuMemory memory;

  CriuReader(CriuMemory memory) {
    this.memory = memory;
  }

  private record Found(PageClass pageClass, CriuMemory in, long pageIndex) {}

  @Override
  public PageClass read(long vpn, ByteBuffer into) throws SavedException {
    if (into.remaining() < Format.PAGE) {
      throw new IllegalArgumentException("a page needs " + Format.PAGE + " bytes");
    }
    Found found = find(vpn);
    if (found.pageClass() == PageClass.DATA) {
      read(found, vpn, into);
    }
    return found.pageClass();
  }

  private void read(Found found, long vpn, ByteBuffer into) throws SavedException {
    ByteBuffer page = ByteBuffer.allocate(Format.PAGE);
    CriuMemory in = found.in();
    try {
      in.files().read(in.pagesFile(), found.pageIndex(), page);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
    into.put(page.flip());
  }

  @Override
  public long place(long vpn) throws SavedException {
    Found found = find(vpn);
    boolean isStored = found.pageClass() == PageClass.DATA;
    if (!isStored || found.pageIndex() >= 1L << PAGE_BITS || found.in().place() >= 1 << 22) {
      return NOWHERE;
    }
    return (long) found.in().place() << PAGE_BITS | found.pageIndex();
  }

  private Found find(long vpn) throws SavedException {
    int mapping = memory.mapped().find(vpn);
    if (mapping < 0) {
      throw new SavedException(
          Kind.NOT_MAPPED, memory.title() + " has no page " + PageText.page(vpn));
    }
    int entry = memory.pagemap().find(vpn);
    if (entry < 0) {
      return new Found(memory.mapped().notNamed(mapping), memory, 0);
    }
    try {
      return follow(vpn, entry);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
  }

  /** Ends, as each parent is older than its child. */
  private Found follow(long vpn, int first) throws SavedException {
    CriuMemory at = memory;
    int entry = first;
    while (at.pagemap().pageClass(entry) == PageClass.PARENT) {
      CriuMemory parent = parent(at);
      entry = parent.pagemap().find(vpn);
      if (entry < 0) {
        throw new SavedException(
            Kind.HOLE_IN_PARENT,
            "hole not found in parent: " + parent.title() + " has no such page");
      }
      at = parent;
    }
    Pagemap pagemap = at.pagemap();
    return new Found(
        pagemap.pageClass(entry), at, pagemap.pageIndex(entry) + vpn - pagemap.start(entry));
  }

  private static CriuMemory parent(CriuMemory of) throws SavedException {
    return of.before()
        .orElseThrow(
            () ->
                new SavedException(
                    Kind.NO_PARENT,
                    "it is unchanged since the parent of "
                        + of.title()
                        + ", and there is none that can be read"));
  }

  private SavedException unreadable(long vpn, SavedException e) {
    return new SavedException(e.kind(), memory.title(vpn) + " cannot be read", e);
  }
}
