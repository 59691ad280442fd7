package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.workload.PagePattern;

/**
 * A point of a survey's grid: what is mapped, and what is written of it in a round.
 *
 * @param kernel the name of the kernel that it is measured on
 * @param mappedPages pages mapped and populated
 * @param pattern where those lie that are written
 * @param dirtyPages how many are
 */
public record SurveyPoint(String kernel, long mappedPages, PagePattern pattern, int dirtyPages) {

  /** {@return the same point on another kernel} */
  public SurveyPoint on(String otherKernel) {
    return new SurveyPoint(otherKernel, mappedPages, pattern, dirtyPages);
  }
}
