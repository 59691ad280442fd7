package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks a chain of CRIU's image directories, as CRIU itself does only while it restores. Takes
 * time in proportion to the entries of all pagemaps; reads no page, as CRIU keeps no checksums.
 */
public final class CriuVerifier {

  /** So many runs of pages are told of a process, and then how many more there are. */
  private static final int MOST_RUNS = 100;

  private static final Pagemap NOTHING = new Pagemap(0);

  private final CriuDirectory chain;
  private final List<SavedFault> faults = new ArrayList<>();
  private final Map<CriuMemory, Pagemap> unresolved = new HashMap<>();

  private CriuVerifier(CriuDirectory chain) {
    this.chain = chain;
  }

  /**
   * Verifies a directory and all that it builds on, whatever is in them.
   *
   * @return what is wrong; empty if nothing is. Never throws on damage
   */
  public static List<SavedFault> verify(Path directory) {
    try (CriuDirectory chain = CriuDirectory.open(directory)) {
      return verify(chain);
    } catch (SavedException e) {
      return List.of(SavedFault.of(e.kind(), String.valueOf(e.getMessage())));
    }
  }

  /** {@return what is wrong with a chain that is open} */
  public static List<SavedFault> verify(CriuDirectory chain) {
    CriuVerifier verifier = new CriuVerifier(chain);
    verifier.faults.addAll(chain.damaged());
    for (ImageDirectory images : chain.generations()) {
      DirectoryCheck.check(images, verifier.faults);
    }
    chain.memories().forEach(verifier::check);
    ParentCheck.check(chain, verifier.faults);
    return List.copyOf(verifier.faults);
  }

  private void check(CriuMemory memory) {
    pagesFile(memory);
    unmapped(memory);
    Runs runs = new Runs(memory);
    Pagemap parent = memory.before().map(CriuMemory::pagemap).orElse(NOTHING);
    Pagemap inParent = memory.before().map(unresolved::get).orElse(NOTHING);
    boolean hasParent = memory.before().isPresent();
    Unresolved.Hole hole = hasParent ? runs::found : runs::withoutParent;
    unresolved.put(memory, Unresolved.find(memory.pagemap(), parent, inParent, hole));
    runs.end();
  }

  /** A process that is restored has no place for such pages. */
  private void unmapped(CriuMemory memory) {
    if (memory.images().mm(memory.pid()).isEmpty()) {
      return;
    }
    int told = 0;
    for (SavedMapping mapping : memory.mappings()) {
      if (mapping.name().equals(MappedPages.MADE) && told++ < MOST_RUNS) {
        long more = mapping.endVpn() - mapping.startVpn() - 1;
        faults.add(
            memory.fault(
                Kind.ORDER,
                mapping.startVpn(),
                (more == 0 ? "is" : "and " + more + " behind it are") + " in no mapping"));
      }
    }
  }

  private void pagesFile(CriuMemory memory) {
    long pages = memory.storedPages();
    try {
      long length = ImageFile.length(memory.pagesFile());
      if (length < 0 && pages > 0) {
        pagesFault(memory, "is missing, and " + pages + " pages are said to be in it");
      } else if (length >= 0 && (length % Format.PAGE != 0 || length / Format.PAGE != pages)) {
        pagesFault(
            memory,
            "has "
                + length
                + " bytes, and "
                + pages
                + " pages are said to be in it"
                + firstCut(memory, length / Format.PAGE));
      }
    } catch (SavedException e) {
      pagesFault(memory, String.valueOf(e.getMessage()));
    }
  }

  private static String firstCut(CriuMemory memory, long pages) {
    Pagemap pagemap = memory.pagemap();
    for (int entry = 0; entry < pagemap.size(); entry++) {
      long index = pagemap.pageIndex(entry);
      long end = index + pagemap.end(entry) - pagemap.start(entry);
      if (pagemap.pageClass(entry).hasBytes() && end > pages) {
        long vpn = pagemap.start(entry) + pages - index;
        return "; the first that is cut off: "
            + memory.mapped().mappingName(vpn)
            + ", page "
            + PageText.page(vpn);
      }
    }
    return "";
  }

  private void pagesFault(CriuMemory memory, String what) {
    faults.add(
        memory
            .images()
            .fault(
                Kind.PAGES,
                memory.title()
                    + ": its file of pages, "
                    + memory.pagemap().pagesFile()
                    + ", "
                    + what));
  }

  /** Runs of pages without bytes, of one process in one generation. */
  private final class Runs {

    private final CriuMemory memory;
    private long runs;
    private long pages;

    private Runs(CriuMemory memory) {
      this.memory = memory;
    }

    private void found(long startVpn, long endVpn, boolean isInParent) {
      String parent = memory.before().map(CriuMemory::title).orElse("");
      tell(
          Kind.HOLE_IN_PARENT,
          startVpn,
          endVpn,
          isInParent
              ? "its bytes are nowhere: " + parent + " has it without any"
              : "hole not found in parent: " + parent + " has no such page");
    }

    private void withoutParent(long startVpn, long endVpn, boolean isInParent) {
      tell(Kind.NO_PARENT, startVpn, endVpn, whyNoParent());
    }

    private String whyNoParent() {
      int before = memory.generation() - 1;
      if (before == 0) {
        return "there is no parent";
      }
      ImageDirectory images = chain.generations().get(before - 1);
      return images.withPagemap().contains(memory.pid())
          ? "the pagemap of its parent, " + images.title() + ", is damaged"
          : "its parent, " + images.title() + ", does not have process " + memory.pid();
    }

    private void tell(Kind kind, long startVpn, long endVpn, String why) {
      runs++;
      pages += endVpn - startVpn;
      if (runs <= MOST_RUNS) {
        long more = endVpn - startVpn - 1;
        String which = more == 0 ? "" : "and " + more + " behind it ";
        faults.add(memory.fault(kind, startVpn, which + "unchanged since the parent: " + why));
      }
    }

    private void end() {
      if (runs > MOST_RUNS) {
        faults.add(
            memory
                .images()
                .fault(
                    Kind.HOLE_IN_PARENT,
                    memory.title()
                        + ": "
                        + pages
                        + " pages in "
                        + runs
                        + " runs have no bytes; the first "
                        + MOST_RUNS
                        + " runs are told"));
      }
    }
  }
}
