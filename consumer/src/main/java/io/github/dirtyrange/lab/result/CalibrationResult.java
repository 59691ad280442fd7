package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a calibration measured.
 *
 * @param kernel "linux" or "sim"
 * @param release the kernel's release
 * @param mappedPages what the workload mapped
 * @param repetitions how often each step was measured
 * @param costs each step that could be measured, once
 * @param walks what walks cost by the class of pages, those of a class together; empty where that
 *     could not be measured
 * @param rearms what arming costs by where pages lie and what the process does, pages by pages;
 *     empty where that could not be measured
 */
public record CalibrationResult(
    String kernel,
    String release,
    long mappedPages,
    int repetitions,
    List<MeasuredCost> costs,
    List<MeasuredWalk> walks,
    List<MeasuredRearm> rearms) {

  /** Copies the lists. */
  public CalibrationResult {
    costs = List.copyOf(costs);
    walks = List.copyOf(walks);
    rearms = List.copyOf(rearms);
  }

  /** {@return the steps that were not measured, and keep what a model says of them} */
  public Set<Cost> unmeasured() {
    Set<Cost> rest = EnumSet.allOf(Cost.class);
    costs.forEach(measured -> rest.remove(measured.cost()));
    return rest;
  }

  /**
   * {@return a model with what was measured in it}
   *
   * @param model what the other steps cost
   * @param machine the machine, in a few words
   * @param date when, as 2026-11-23
   */
  public CostModel model(CostModel model, String machine, String date) {
    CostModel changed = model;
    for (MeasuredCost measured : costs) {
      CostModel.Provenance provenance =
          new CostModel.Provenance(release, machine, date, source(measured));
      changed = changed.with(measured.cost(), new CostModel.Value(measured.nanos(), provenance));
    }
    return changed;
  }

  private String source(MeasuredCost measured) {
    return String.format(
        Locale.ROOT,
        "dirtyrange calibrate --mapped %dKiB --repetitions %d: %s; median of %d, quartiles %.3g and"
            + " %.3g ns",
        Pages.address(mappedPages) >> 10,
        repetitions,
        measured.method(),
        measured.repetitions(),
        measured.lowNanos(),
        measured.highNanos());
  }
}
