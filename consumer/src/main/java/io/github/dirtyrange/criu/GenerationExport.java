package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Writes one generation: its pages, and the images that say what they are. */
final class GenerationExport {

  private static final int PAGES_ID = 1;

  /** What fits the older count of pages of an entry, and is read alike by all. */
  private static final long MOST_PAGES = 1L << 31;

  private final SavedMemory memory;
  private final int pid;
  private final UnknownPages unknown;
  private final SavedReader reader;
  private final Pagemap pagemap = new Pagemap(PAGES_ID);
  private final byte[] page = new byte[Format.PAGE];
  private long leftOut;

  GenerationExport(SavedMemory memory, int pid, UnknownPages unknown) {
    this.memory = memory;
    this.pid = pid;
    this.unknown = unknown;
    reader = memory.pages();
  }

  /** {@return what was written, once it was} */
  Pagemap pagemap() {
    return pagemap;
  }

  /**
   * Writes it.
   *
   * @param directory is made
   * @param parent what was written of the parent; nothing where it gets all its pages
   */
  Exported write(Path directory, Pagemap parent) throws IOException {
    PrivateFiles.createDirectory(directory);
    try (PagesOutput out = new PagesOutput(directory.resolve(pagemap.pagesFile()))) {
      pages(out, parent);
      out.finish();
    }
    writePagemap(directory.resolve(Format.pagemap(pid)));
    new ProcessImages(memory, pid, pagemap).write(directory);
    PrivateFiles.force(directory);
    return new Exported(directory, pagemap.storedPages(), pagemap.leaningPages(), leftOut);
  }

  private void pages(PagesOutput out, Pagemap parent) throws IOException {
    List<SavedMapping> mappings = memory.mappings();
    int mapping = 0;
    for (SavedRange range : memory.saved()) {
      while (mappings.get(mapping).endVpn() <= range.startVpn()) {
        mapping++;
      }
      range(range, mappings.get(mapping), out, parent);
    }
  }

  private void range(SavedRange range, SavedMapping mapping, PagesOutput out, Pagemap parent)
      throws IOException {
    switch (range.pageClass()) {
      case NOTHING, FILE -> {
        // CRIU leaves out what a mapping has by itself.
      }
      case SWAPPED, UNREAD -> unknown(range.startVpn(), range.endVpn(), mapping, range.pageClass());
      case PARENT -> inParent(range, mapping, out, parent);
      case DATA, SAME, ZERO -> read(range.startVpn(), range.endVpn(), mapping, out);
    }
  }

  private void inParent(SavedRange range, SavedMapping mapping, PagesOutput out, Pagemap parent)
      throws IOException {
    long at = range.startVpn();
    int entry = parent.firstEndingBehind(at);
    while (at < range.endVpn()) {
      boolean known = entry < parent.size() && parent.start(entry) < range.endVpn();
      long covered = known ? Math.max(at, parent.start(entry)) : range.endVpn();
      read(at, covered, mapping, out);
      at = covered;
      if (known) {
        long end = Math.min(range.endVpn(), parent.end(entry++));
        pagemap.add(at, end, PageClass.PARENT);
        at = end;
      }
    }
  }

  private void read(long startVpn, long endVpn, SavedMapping mapping, PagesOutput out)
      throws IOException {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      PageClass found = reader.read(vpn, ByteBuffer.wrap(page));
      if (found.hasBytes()) {
        out.add(page);
        pagemap.add(vpn, vpn + 1, PageClass.DATA);
      } else if (found == PageClass.SWAPPED || found == PageClass.UNREAD) {
        unknown(vpn, vpn + 1, mapping, found);
      }
    }
  }

  private void unknown(long startVpn, long endVpn, SavedMapping mapping, PageClass pageClass)
      throws UnknownPageException {
    if (isOfTheKernel(mapping)) {
      return;
    }
    if (unknown == UnknownPages.REFUSED) {
      throw new UnknownPageException(
          memory,
          mapping.title(),
          startVpn,
          pageClass == PageClass.SWAPPED
              ? "was swapped out, and its bytes are not known"
              : "could not be read, and its bytes are not known");
    }
    leftOut += endVpn - startVpn;
  }

  /** Its clock and its old calls are in every process; CRIU never dumps them either. */
  private static boolean isOfTheKernel(SavedMapping mapping) {
    return mapping.name().startsWith("[vvar") || mapping.name().equals("[vsyscall]");
  }

  private void writePagemap(Path file) throws IOException {
    try (ImageOutput out = new ImageOutput(file, ImageKind.PAGEMAP)) {
      out.record(head -> Wire.put(head, PagemapImage.PAGES_ID, PAGES_ID));
      for (int entry = 0; entry < pagemap.size(); entry++) {
        int flags =
            pagemap.pageClass(entry) == PageClass.PARENT
                ? PagemapImage.PE_PARENT
                : PagemapImage.PE_PRESENT;
        for (long at = pagemap.start(entry); at < pagemap.end(entry); at += MOST_PAGES) {
          entry(out, at, Math.min(MOST_PAGES, pagemap.end(entry) - at), flags);
        }
      }
      out.finish();
    }
  }

  /** Both counts: CRIU before 4.2 knows the older one alone, and today's prefers the newer. */
  private static void entry(ImageOutput out, long vpn, long pages, int flags) throws IOException {
    out.record(
        fields -> {
          Wire.put(fields, PagemapImage.VADDR, vpn << Format.PAGE_SHIFT);
          Wire.put(fields, PagemapImage.COMPAT_NR_PAGES, pages);
          Wire.put(fields, PagemapImage.FLAGS, flags);
          Wire.put(fields, PagemapImage.NR_PAGES, pages);
        });
  }
}
