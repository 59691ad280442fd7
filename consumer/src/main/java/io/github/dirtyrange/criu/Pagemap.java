package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import it.unimi.dsi.fastutil.bytes.ByteArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What one image says of a process's pages: entries in ascending order, in columns of 25 bytes an
 * entry. Entries that could be one are one.
 */
final class Pagemap {

  private final int pagesId;
  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();
  private final LongArrayList pageIndexes = new LongArrayList();
  private final ByteArrayList classes = new ByteArrayList();
  private long storedPages;
  private long leaningPages;

  /**
   * Begins one.
   *
   * @param pagesId the number of the file of pages
   */
  Pagemap(int pagesId) {
    this.pagesId = pagesId;
  }

  /** {@return the name of the file that the stored pages are in} */
  String pagesFile() {
    return "pages-" + Integer.toUnsignedString(pagesId) + ".img";
  }

  int size() {
    return starts.size();
  }

  long start(int entry) {
    return starts.getLong(entry);
  }

  long end(int entry) {
    return ends.getLong(entry);
  }

  /** {@return data, parent, or unread: kept to be fetched from somewhere else} */
  PageClass pageClass(int entry) {
    return PageClass.of(classes.getByte(entry)).orElseThrow();
  }

  /** {@return the place of the first page of an entry of data in the file of pages, in pages} */
  long pageIndex(int entry) {
    return pageIndexes.getLong(entry);
  }

  /** {@return pages that are in the file of pages} */
  long storedPages() {
    return storedPages;
  }

  /** {@return pages that are as they are in the parent} */
  long leaningPages() {
    return leaningPages;
  }

  /** {@return the page behind the last one; 0 where there is none} */
  long endVpn() {
    return size() == 0 ? 0 : end(size() - 1);
  }

  /**
   * Adds pages behind the last ones.
   *
   * @throws IllegalArgumentException if they are not behind the last ones, are none, or lie beyond
   *     all addresses
   */
  void add(long startVpn, long endVpn, PageClass pageClass) {
    if (startVpn < endVpn() || startVpn >= endVpn || endVpn > SavedMapping.END_VPN) {
      throw new IllegalArgumentException("pages " + startVpn + " to " + endVpn);
    }
    int last = size() - 1;
    if (last >= 0 && end(last) == startVpn && pageClass(last) == pageClass) {
      ends.set(last, endVpn);
    } else {
      starts.add(startVpn);
      ends.add(endVpn);
      classes.add((byte) pageClass.code());
      pageIndexes.add(storedPages);
    }
    if (pageClass == PageClass.DATA) {
      storedPages += endVpn - startVpn;
    } else if (pageClass == PageClass.PARENT) {
      leaningPages += endVpn - startVpn;
    }
  }

  /** {@return the entry that has a page, or less than 0} */
  int find(long vpn) {
    int entry = firstEndingBehind(vpn);
    return entry < size() && start(entry) <= vpn ? entry : -1;
  }

  /** {@return the first entry that ends behind a page; the number of entries if none does} */
  int firstEndingBehind(long vpn) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
