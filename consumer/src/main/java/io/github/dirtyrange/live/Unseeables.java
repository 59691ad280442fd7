package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.track.UnseenFiles;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory of which not every change is seen: what could not be armed, with the reason, and what
 * the strategy says of the rest.
 */
final class Unseeables {

  private final Mechanism mechanism;
  private final ComparedMemory compared;
  private final Selection selection;
  private final TrackedRanges ranges;
  private List<Vma> looked = List.of();
  private Set<Vma> covered = Set.of();
  private List<Arming.Refusal> refusalsBefore = List.of();
  private List<NotTracked> list = List.of();
  private Set<Vma> refused = Set.of();
  private Set<Vma> refusedBefore = Set.of();

  Unseeables(
      Mechanism mechanism, ComparedMemory compared, Selection selection, TrackedRanges ranges) {
    this.mechanism = mechanism;
    this.compared = compared;
    this.selection = selection;
    this.ranges = ranges;
  }

  /**
   * {@return what is not seen now, by mapping and reason, each once, in order}
   *
   * <p>Where no mapping has changed since the last look, nothing had to be registered, the same was
   * refused, and the same is compared by content, nothing can have changed here either. The line of
   * a mapping may stay what it was when another one takes its place.
   *
   * @param changed whether something had to be registered
   */
  List<NotTracked> now(Mappings mappings, boolean changed) {
    refusedBefore = refused;
    Arming arming = mechanism.arming();
    List<Arming.Refusal> refusals = arming == null ? List.of() : arming.refused();
    if (changed
        || mappings.all() != looked
        || !refusals.equals(refusalsBefore)
        || !compared.covered().equals(covered)) {
      looked = mappings.all();
      refusalsBefore = refusals;
      covered = compared.covered();
      list = look(mappings);
    }
    return list;
  }

  private List<NotTracked> look(Mappings mappings) {
    Set<NotTracked> all = new LinkedHashSet<>();
    Set<Vma> unarmed = new HashSet<>();
    Arming arming = mechanism.arming();
    if (arming != null) {
      for (Arming.Refusal refusal : arming.refused()) {
        Vma vma = refusal.vma();
        unarmed.add(vma);
        if (!compared.covers(vma)) {
          add(new PageRange(vma.startVpn(), vma.endVpn()), refusal.reason(), mappings, all);
        }
      }
    }
    for (Unseen unseen : mechanism.tracker().unseen()) {
      boolean byCalls = unseen.reason().equals(UnseenFiles.REASON);
      mappings.cut(
          unseen.startVpn(),
          unseen.endVpn(),
          (from, to, vma) -> {
            if (vma != null && (byCalls || !unarmed.contains(vma))) {
              add(new PageRange(from, to), unseen.reason(), mappings, all);
            }
          });
    }
    addOutsideRanges(mappings, all);
    refused = unarmed;
    return List.copyOf(all);
  }

  private void add(PageRange range, String why, Mappings mappings, Set<NotTracked> all) {
    Attribution.parts(List.of(range), selection, mappings)
        .forEach(part -> all.add(new NotTracked(part.mapping(), why)));
  }

  /** A mapping that was chosen by name may have come where another was when tracking began. */
  private void addOutsideRanges(Mappings mappings, Set<NotTracked> all) {
    if (ranges.equals(TrackedRanges.allOfUserSpace())) {
      return;
    }
    for (Vma vma : mappings.all()) {
      selection.clip(
          vma.startVpn(),
          vma.endVpn(),
          vma,
          (from, to) -> {
            long[] inside = {0};
            ranges.clip(from, to, (start, end) -> inside[0] += end - start);
            if (inside[0] < to - from) {
              all.add(
                  new NotTracked(
                      Mappings.name(vma), "it lies where another mapping was when tracking began"));
            }
          });
    }
  }

  /** {@return whether a mapping could not be armed at the last look} */
  boolean isRefused(Vma vma) {
    return refused.contains(vma);
  }

  /** {@return whether a mapping could not be armed at the look before the last} */
  boolean wasRefused(Vma vma) {
    return refusedBefore.contains(vma);
  }
}
