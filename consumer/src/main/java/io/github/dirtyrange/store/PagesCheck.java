package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whether the pages that a generation stores are those that were written. */
final class PagesCheck {

  /** Of a file that is damaged all over, not every page is told. */
  private static final int MOST_TOLD = 100;

  private final SnapshotStore store;
  private final Generation generation;
  private final List<SavedFault> faults;
  private final StoredPages stored;
  private final byte[] page;
  private int told;

  PagesCheck(SnapshotStore store, Generation generation, List<SavedFault> faults) {
    this.store = store;
    this.generation = generation;
    this.faults = faults;
    page = new byte[generation.header().pageSize()];
    stored = store.storedPages(page.length);
  }

  void run() {
    try {
      for (int part = 0; part < generation.index().parts().size(); part++) {
        requireLength(part);
      }
      RangeTable ranges = generation.index().ranges();
      for (int i = 0; i < ranges.size() && told < MOST_TOLD; i++) {
        if (ranges.pageClass(i) == PageClass.DATA) {
          pages(ranges.start(i), ranges.end(i), ranges.pageIndex(i));
        }
      }
    } catch (SavedException e) {
      faults.add(StoreVerifier.fault(generation, e.kind(), String.valueOf(e.getMessage())));
    }
  }

  private void requireLength(int part) throws SavedException {
    Path file =
        store
            .directory()
            .resolve(StoreFormat.directory(generation.number()))
            .resolve(StoreFormat.pages(part));
    long due = generation.index().parts().get(part).bytes();
    try {
      long length = StoreVerifier.length(file);
      if (length != due) {
        throw new SavedException(
            Kind.PAGES,
            "the pages of generation "
                + generation.number()
                + (length < 0 ? " are missing" : " take " + length + " bytes, and not " + due));
      }
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, file + " cannot be read", e);
    }
  }

  private void pages(long startVpn, long endVpn, long firstIndex) throws SavedException {
    for (long vpn = startVpn; vpn < endVpn && told < MOST_TOLD; vpn++) {
      long pageIndex = firstIndex + vpn - startVpn;
      if (!isRight(pageIndex)) {
        told++;
        String more = told == MOST_TOLD ? "; others are not looked at" : "";
        faults.add(
            StoreVerifier.fault(
                generation, Kind.CHECKSUM, vpn, "is damaged: its checksum is wrong" + more));
      }
    }
  }

  private boolean isRight(long pageIndex) throws SavedException {
    try {
      stored.read(generation, pageIndex, 1, page, 0);
    } catch (SavedException e) {
      if (e.kind() == Kind.CHECKSUM) {
        return false;
      }
      throw e;
    }
    return Checksum.of(page, 0, page.length)
        == generation.index().checksums().getLong((int) pageIndex);
  }
}
