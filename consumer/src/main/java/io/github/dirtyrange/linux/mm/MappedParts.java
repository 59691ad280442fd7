package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The parts of a process's mappings that lie in the tracked ranges, for calls over many of them.
 */
final class MappedParts {

  /** 16 MiB: what one call may do before the process can have its mmap lock. */
  static final long SLICE_PAGES = 1 << 12;

  /**
   * A part of a mapping.
   *
   * @param vma the whole mapping
   * @param range the index of the tracked range in which the part lies
   * @param startVpn first page
   * @param endVpn page after the last
   */
  record Part(Vma vma, int range, long startVpn, long endVpn) {}

  private MappedParts() {}

  /** {@return all parts in ascending order} */
  static List<Part> of(List<Vma> mappings, TrackedRanges ranges) {
    List<Part> parts = new ArrayList<>(mappings.size());
    for (Vma vma : mappings) {
      ranges.clip(
          vma.startVpn(),
          vma.endVpn(),
          (from, to) -> parts.add(new Part(vma, ranges.find(from), from, to)));
    }
    return parts;
  }

  /**
   * {@return the wanted parts in runs with nothing else between them but holes: one call may take a
   * whole run}
   */
  static List<List<Part>> runs(List<Part> parts, Predicate<Part> wanted) {
    List<List<Part>> runs = new ArrayList<>();
    List<Part> run = new ArrayList<>();
    for (Part part : parts) {
      boolean taken = wanted.test(part);
      if (!run.isEmpty() && !(taken && run.get(0).range() == part.range())) {
        runs.add(run);
        run = new ArrayList<>();
      }
      if (taken) {
        run.add(part);
      }
    }
    if (!run.isEmpty()) {
      runs.add(run);
    }
    return runs;
  }

  /** {@return parts that touch one another in one list} */
  static List<List<Part>> touching(List<Part> parts) {
    List<List<Part>> groups = new ArrayList<>();
    long end = -1;
    for (Part part : parts) {
      if (part.startVpn() != end) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(part);
      end = part.endVpn();
    }
    return groups;
  }

  /** {@return ranges that cover a run, of at most a slice's mapped pages each} */
  static List<PageRange> slices(List<Part> run) {
    List<PageRange> slices = new ArrayList<>();
    long start = run.get(0).startVpn();
    long room = SLICE_PAGES;
    for (Part part : run) {
      long at = part.startVpn();
      while (part.endVpn() - at > room) {
        at += room;
        slices.add(new PageRange(start, at));
        start = at;
        room = SLICE_PAGES;
      }
      room -= part.endVpn() - at;
    }
    slices.add(new PageRange(start, run.get(run.size() - 1).endVpn()));
    return slices;
  }

  /** {@return what the parts cover, joined where they touch} */
  static List<PageRange> cover(List<Part> parts) {
    List<PageRange> cover = new ArrayList<>();
    for (Part part : parts) {
      int last = cover.size() - 1;
      if (last >= 0 && cover.get(last).endVpn() == part.startVpn()) {
        cover.set(last, new PageRange(cover.get(last).startVpn(), part.endVpn()));
      } else {
        cover.add(new PageRange(part.startVpn(), part.endVpn()));
      }
    }
    return cover;
  }
}
