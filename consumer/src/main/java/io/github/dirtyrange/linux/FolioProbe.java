package io.github.dirtyrange.linux;

import static io.github.dirtyrange.linux.Trial.attempt;
import static io.github.dirtyrange.linux.Trial.lacks;
import static io.github.dirtyrange.linux.Trial.works;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.Trial.Finding;
import io.github.dirtyrange.linux.Trial.Remedy;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What becomes of a child's pages: swapped out, huge, or in folios of several. */
final class FolioProbe {

  private static final long TABLE_BYTES = (long) Pages.PER_TABLE * Pages.SIZE;
  private static final int LARGE_PAGES = 256;
  private static final long LARGE_BYTES = (long) LARGE_PAGES * Pages.SIZE;
  private static final int SWAPPING_TRIES = 50;
  private final ProbeChild child;

  private FolioProbe(ProbeChild child) {
    this.child = child;
  }

  static List<Capability> probe(ProbeChild child) {
    FolioProbe probe = new FolioProbe(child);
    String settings = "/sys/kernel/mm/transparent_hugepage/";
    return List.of(
        attempt(
            Capability.SWAP,
            probe::swapsOut,
            new Remedy(
                Remedies.LOOKING, "a swap area with room (mkswap, swapon), and CONFIG_SWAP")),
        attempt(
            Capability.HUGE_PAGES,
            probe::isHuge,
            new Remedy(Remedies.LOOKING, settings + "enabled madvise or always, and free memory")),
        attempt(
            Capability.LARGE_FOLIOS,
            probe::isLarge,
            new Remedy(
                Remedies.LOOKING,
                settings + "hugepages-64kB/enabled madvise or always (Linux 6.8 or newer)")));
  }

  static List<Capability> allUnavailable(KernelException why) {
    return Stream.of(Capability.SWAP, Capability.HUGE_PAGES, Capability.LARGE_FOLIOS)
        .map(name -> MachineProbe.withoutChild(name, why))
        .toList();
  }

  private Finding swapsOut() {
    long address = child.map(Pages.SIZE);
    child.advise(address, Pages.SIZE, Abi.MADV_NOHUGEPAGE);
    child.store(address, 1);
    for (int i = 0; i < SWAPPING_TRIES; i++) {
      child.advise(address, Pages.SIZE, Abi.MADV_PAGEOUT);
      if (count(address, 1, PagemapEntry.SWAPPED) == 1) {
        return works("a page that is to go is swapped out");
      }
    }
    return lacks("a page that is to go stays where it is");
  }

  private Finding isHuge() {
    long start = child.map(2 * TABLE_BYTES);
    long aligned = (start + TABLE_BYTES - 1) & -TABLE_BYTES;
    child.advise(aligned, TABLE_BYTES, Abi.MADV_HUGEPAGE);
    child.store(aligned, 1);
    int present = count(aligned, Pages.PER_TABLE, PagemapEntry.PRESENT);
    return present == Pages.PER_TABLE
        ? works("the first write to memory with MADV_HUGEPAGE makes 2 MiB present")
        : lacks(
            "the first write to memory with MADV_HUGEPAGE makes " + pages(present) + " present");
  }

  /** In a mapping that is too short for a huge page. */
  private Finding isLarge() {
    long start = child.map(LARGE_BYTES);
    child.advise(start, LARGE_BYTES, Abi.MADV_HUGEPAGE);
    child.store(start + LARGE_BYTES / 2, 1);
    int present = count(start, LARGE_PAGES, PagemapEntry.PRESENT);
    return present > 1
        ? works("the first write to a mapping of 1 MiB makes " + pages(present) + " present")
        : lacks("the first write to a mapping of 1 MiB makes one page present");
  }

  private static String pages(int count) {
    return count == 1 ? "one page" : count + " pages";
  }

  private int count(long address, int pages, long bit) {
    long[] entries = new long[pages];
    try (LinuxProcess process = LinuxProcess.open(child.pid())) {
      process.readPagemap(Pages.vpn(address), pages, entries);
    }
    return (int) Arrays.stream(entries).filter(entry -> (entry & bit) != 0).count();
  }
}
