package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** Checks that a directory has the images that it should, and what its statistics say. */
final class DirectoryCheck {

  private final ImageDirectory images;
  private final List<SavedFault> faults;

  private DirectoryCheck(ImageDirectory images, List<SavedFault> faults) {
    this.images = images;
    this.faults = faults;
  }

  /** Adds what is wrong with a directory. */
  static void check(ImageDirectory images, List<SavedFault> faults) {
    DirectoryCheck check = new DirectoryCheck(images, faults);
    check.images();
    check.statistics();
    check.sharedPages();
  }

  private void images() {
    SortedSet<Integer> pids = new TreeSet<>(images.named());
    pids.addAll(images.withPagemap());
    pids.addAll(images.withMm());
    if (pids.isEmpty()) {
      faults.add(images.fault(Kind.INDEX, images.title() + " has no process's memory"));
    }
    for (int pid : pids) {
      if (images.isNaming() && !images.named().contains(pid)) {
        faults.add(
            images.fault(
                Kind.INDEX,
                images.title()
                    + ": process "
                    + pid
                    + " has memory and is not in "
                    + Format.PSTREE));
      }
      if (!images.withPagemap().contains(pid) && !isDead(pid)) {
        missing(Format.pagemap(pid));
      }
      // A pre-dump has no mappings of any process.
      if (images.isWhole() && !images.withMm().contains(pid) && !isDead(pid)) {
        missing(Format.mm(pid));
      }
    }
  }

  private boolean isDead(int pid) {
    try {
      return Processes.isDead(images.path().resolve(Format.core(pid)));
    } catch (SavedException e) {
      return false;
    }
  }

  private void missing(String image) {
    faults.add(images.fault(Kind.INDEX, images.title() + ": " + image + " is missing"));
  }

  /** They are of all processes together. */
  private void statistics() {
    if (images.stats().isEmpty() || !areAllWhole()) {
      return;
    }
    DumpStats stats = images.stats().get();
    compare("pages written", stats.written(), stored(images.pagemaps().values()));
    OptionalLong shared = stats.sharedWritten();
    if (shared.isPresent()) {
      compare("shared pages written", shared.getAsLong(), stored(images.shared().values()));
    }
    compare("pages left to the parent", stats.skippedParent(), inParent());
  }

  private boolean areAllWhole() {
    return images.damaged().isEmpty() && images.pagemaps().size() == images.withPagemap().size();
  }

  private static long stored(Collection<Pagemap> pagemaps) {
    return pagemaps.stream().mapToLong(Pagemap::storedPages).sum();
  }

  private long inParent() {
    return images.pagemaps().values().stream().mapToLong(Pagemap::leaningPages).sum();
  }

  private void compare(String what, long counted, long found) {
    if (counted != found) {
      faults.add(
          images.fault(
              Kind.PAGES,
              images.title()
                  + ": "
                  + Format.STATS
                  + " counts "
                  + Long.toUnsignedString(counted)
                  + " "
                  + what
                  + ", and the pagemaps have "
                  + found));
    }
  }

  private void sharedPages() {
    images.shared().forEach(this::sharedPages);
  }

  private void sharedPages(int id, Pagemap pagemap) {
    Path file = images.path().resolve(pagemap.pagesFile());
    String which = images.title() + ": the pages of " + Format.sharedPagemap(id) + ", ";
    long pages = pagemap.storedPages();
    try {
      long length = ImageFile.length(file);
      if (length < 0 && pages > 0) {
        faults.add(images.fault(Kind.PAGES, which + file.getFileName() + ", are missing"));
      } else if (length >= 0 && (length % Format.PAGE != 0 || length / Format.PAGE != pages)) {
        faults.add(
            images.fault(
                Kind.PAGES,
                which
                    + file.getFileName()
                    + ", have "
                    + length
                    + " bytes, and "
                    + pages
                    + " pages are said to be in it"));
      }
    } catch (SavedException e) {
      faults.add(images.fault(e.kind(), which + e.getMessage()));
    }
  }
}
