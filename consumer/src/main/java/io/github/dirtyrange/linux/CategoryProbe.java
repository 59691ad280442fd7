package io.github.dirtyrange.linux;

import static io.github.dirtyrange.linux.Trial.attempt;
import static io.github.dirtyrange.linux.Trial.lacks;
import static io.github.dirtyrange.linux.Trial.works;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.Trial.Finding;
import io.github.dirtyrange.linux.Trial.Remedy;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.Arrays;
import java.util.List;

/**
 * Asks PAGEMAP_SCAN for a page of each category and for one that is in none, in a child that has
 * both.
 */
final class CategoryProbe {

  private static final long TABLE_BYTES = (long) Pages.PER_TABLE * Pages.SIZE;

  private final ProbeChild child;

  private CategoryProbe(ProbeChild child) {
    this.child = child;
  }

  /** A category, and what a kernel needs to know it. */
  private enum Asked {
    WPALLOWED(Categories.WPALLOWED, "Linux 6.7 or newer"),
    WRITTEN(Categories.WRITTEN, "Linux 6.7 or newer"),
    FILE(Categories.FILE, "Linux 6.7 or newer"),
    PRESENT(Categories.PRESENT, "Linux 6.7 or newer"),
    SWAPPED(Categories.SWAPPED, "Linux 6.7 or newer"),
    PFNZERO(Categories.PFNZERO, "Linux 6.7 or newer"),
    HUGE(
        Categories.HUGE,
        "Linux 6.7 or newer, and transparent huge pages"
            + " (/sys/kernel/mm/transparent_hugepage/enabled madvise or always)"),
    SOFT_DIRTY(Categories.SOFT_DIRTY, "Linux 6.7 or newer with CONFIG_MEM_SOFT_DIRTY"),
    GUARD(Categories.GUARD, "Linux 6.16 or newer");

    final long category;
    final String kernel;

    Asked(long category, String kernel) {
      this.category = category;
      this.kernel = kernel;
    }

    String capability() {
      return Capability.SCAN_CATEGORY + name();
    }
  }

  /** A page of a category, and one that is not of it. */
  private record Pair(long inside, long outside) {}

  static List<Capability> probe(ProbeChild child) {
    CategoryProbe probe = new CategoryProbe(child);
    return Arrays.stream(Asked.values())
        .map(
            asked ->
                attempt(
                    asked.capability(),
                    () -> probe.ask(asked),
                    new Remedy(Remedies.LOOKING, asked.kernel)))
        .toList();
  }

  static List<Capability> allUnavailable(KernelException why) {
    return Arrays.stream(Asked.values())
        .map(asked -> MachineProbe.withoutChild(asked.capability(), why))
        .toList();
  }

  private Finding ask(Asked asked) {
    try (LinuxProcess process = LinuxProcess.open(child.pid())) {
      Pair pages = pages(asked);
      return Categorised.is(process, pages.inside(), asked.category)
              && !Categorised.is(process, pages.outside(), asked.category)
          ? works("a page of it is found, another is not")
          : lacking(asked, process, pages);
    }
  }

  /** What is only read is the zero page where a kernel maps it, and is there in any case. */
  private static Finding lacking(Asked asked, LinuxProcess process, Pair pages) {
    return asked == Asked.PFNZERO
            && Categorised.is(process, pages.inside(), Categories.PRESENT)
            && !Categorised.is(process, pages.inside(), asked.category)
        ? lacks(
            "this kernel maps no zero page: what is only read gets a page of its own",
            "nothing that can be set: a kernel that maps the zero page")
        : lacks("a page of it is not told from another");
  }

  private Pair pages(Asked asked) {
    return switch (asked) {
      case WPALLOWED -> registered();
      case WRITTEN -> written();
      case FILE -> ofAFile();
      case PRESENT -> present();
      case SWAPPED -> marker();
      case PFNZERO -> zero();
      case HUGE -> huge();
      case SOFT_DIRTY -> softDirty();
      case GUARD -> guarded();
    };
  }

  private long touched() {
    long address = untouched();
    child.store(address, 1);
    return address;
  }

  private long untouched() {
    long address = child.map(Pages.SIZE);
    child.advise(address, Pages.SIZE, Abi.MADV_NOHUGEPAGE);
    return address;
  }

  /** Stays armed until the child ends. */
  private long armed(long address) {
    child.arm(child.openUserfaultfd(), address, Pages.SIZE);
    return address;
  }

  private Pair registered() {
    return new Pair(armed(touched()), touched());
  }

  private Pair written() {
    long written = armed(touched());
    child.store(written, 2);
    return new Pair(written, armed(touched()));
  }

  private Pair ofAFile() {
    return new Pair(child.text(), touched());
  }

  private Pair present() {
    return new Pair(touched(), untouched());
  }

  /** What was armed before it was touched is a marker, which counts as swapped. */
  private Pair marker() {
    return new Pair(armed(untouched()), touched());
  }

  private Pair zero() {
    long read = untouched();
    child.load(read);
    return new Pair(read, touched());
  }

  private Pair huge() {
    long start = child.map(2 * TABLE_BYTES);
    long aligned = (start + TABLE_BYTES - 1) & -TABLE_BYTES;
    child.advise(aligned, TABLE_BYTES, Abi.MADV_HUGEPAGE);
    child.store(aligned, 1);
    return new Pair(aligned, touched());
  }

  private Pair softDirty() {
    long written = touched();
    long clean = touched();
    try (LinuxProcess process = LinuxProcess.open(child.pid())) {
      process.clearRefs(4);
    }
    child.store(written, 2);
    return new Pair(written, clean);
  }

  /** In memory of its own, which nobody has armed. */
  private Pair guarded() {
    long guarded = untouched();
    child.advise(guarded, Pages.SIZE, Abi.MADV_GUARD_INSTALL);
    return new Pair(guarded, touched());
  }
}
