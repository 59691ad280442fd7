package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Arming.Refusal;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The mappings that are not armed, and why. */
final class Refusals {

  private static final String KERNELS =
      "memory of the kernel's own, or that it may drop, which userfaultfd does not take";

  private static final Refused ON_DISK =
      new Refused("a file that may be on a disk: while it is armed, mlock of it may hang", true);

  private static final Refused HUGETLB =
      new Refused("hugetlbfs: before Linux 7.2 a scan of it may never return", true);

  /** 1 TiB. */
  private static final long TOO_LARGE_PAGES = 1L << 28;

  /** A page of a page table is of 512 pages. */
  private static final int PAGES_OF_A_TABLES_PAGE_SHIFT = 9;

  private static final int GIBIBYTE_PAGES_SHIFT = 18;

  /**
   * Why a mapping is left out.
   *
   * @param lasting whether that cannot change for this mapping
   * @param others whether it is registered, by others
   */
  private record Refused(String reason, boolean lasting, boolean others) {

    Refused(String reason, boolean lasting) {
      this(reason, lasting, false);
    }
  }

  private final Map<Vma, Refused> refused = new HashMap<>();
  private final FilesOnDisk filesOnDisk;

  Refusals(FilesOnDisk filesOnDisk) {
    this.filesOnDisk = filesOnDisk;
  }

  /** {@return whether a mapping is not armed} */
  boolean has(Vma vma) {
    return refused.containsKey(vma);
  }

  /** {@return whether a mapping is not armed since others have registered it} */
  boolean isOthers(Vma vma) {
    Refused why = refused.get(vma);
    return why != null && why.others();
  }

  /** Adds a mapping for a reason that may pass. */
  void add(Vma vma, String reason) {
    refused.put(vma, new Refused(reason, false));
  }

  /** Adds a mapping that the kernel refused to register. */
  void add(Vma vma, KernelException refusal) {
    refused.put(vma, reason(vma, refusal));
  }

  /** Adds memory of hugetlbfs. */
  void addHugetlb(Vma vma) {
    refused.put(vma, HUGETLB);
  }

  /** Drops those whose reason may have passed; {@return whether there were any} */
  boolean dropPassing() {
    return refused.values().removeIf(why -> !why.lasting());
  }

  /**
   * Drops what is not mapped any more, and adds what is never to be armed of what is mapped now.
   */
  void settle(List<Vma> mappings, List<Part> parts) {
    refused.keySet().retainAll(new HashSet<>(mappings));
    List<Vma> undecided = parts.stream().map(Part::vma).filter(vma -> !isLasting(vma)).toList();
    filesOnDisk.among(undecided).forEach(this::addFiles);
    for (Part part : parts) {
      if (isTooLarge(part)) {
        refused.put(part.vma(), tooLarge(part));
      }
    }
  }

  private boolean isLasting(Vma vma) {
    Refused why = refused.get(vma);
    return why != null && why.lasting();
  }

  private void addFiles(FilesOnDisk.Kind kind, List<Vma> files) {
    files.forEach(vma -> refused.put(vma, kind == FilesOnDisk.Kind.HUGETLB ? HUGETLB : ON_DISK));
  }

  /** {@return all, with others, in ascending order, each mapping once: for the others' reason} */
  List<Refusal> with(List<Refusal> others) {
    Set<Vma> listed = others.stream().map(Refusal::vma).collect(Collectors.toSet());
    Stream<Refusal> own =
        refused.entrySet().stream()
            .filter(entry -> !listed.contains(entry.getKey()))
            .map(entry -> new Refusal(entry.getKey(), entry.getValue().reason()));
    return Stream.concat(others.stream(), own)
        .sorted(Comparator.comparingLong(refusal -> refusal.vma().startVpn()))
        .toList();
  }

  /** As the shadow memory of a sanitizer: page tables of all of it could take all of memory. */
  private static boolean isTooLarge(Part part) {
    return part.endVpn() - part.startVpn() >= TOO_LARGE_PAGES
        && WriteProtection.isTouchable(part.vma());
  }

  private static Refused tooLarge(Part part) {
    long gibibytes =
        (part.endVpn() - part.startVpn()) >> (PAGES_OF_A_TABLES_PAGE_SHIFT + GIBIBYTE_PAGES_SHIFT);
    return new Refused("to arm it would take " + gibibytes + " GiB of page tables", true);
  }

  private static Refused reason(Vma vma, KernelException e) {
    return switch (e.errno()) {
      // Up to 6.12 also for [vvar], which is private.
      case EPERM ->
          new Refused(
              vma.shared() ? "read-only and shared: the process cannot write there" : KERNELS,
              true);
      case EINVAL -> new Refused(KERNELS, true);
      case EBUSY -> new Refused("another userfaultfd has it", false, true);
      case ENOMEM ->
          new Refused("unmapped meanwhile, or too many mappings (vm.max_map_count)", false);
      default -> new Refused(String.valueOf(e.getMessage()), false);
    };
  }
}
