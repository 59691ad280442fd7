package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.workload.PagePattern;

/**
 * From how many changed pages on a scan is cheaper than a queue.
 *
 * @param kernel the name of the kernel
 * @param mappedPages what is mapped
 * @param pattern where the changed pages lie
 * @param queue the name of the queue's rows
 * @param scan the name of the scan's rows
 * @param kind whether there is such a number
 * @param below the most changed pages with which the queue was cheaper; 0 if it never was
 * @param above the fewest from which on the scan always was; 0 if it never was
 * @param pages where the two would cost the same, interpolated between these, costs and pages on
 *     logarithmic scales; 0 unless it crosses
 * @param crossings how often the cheaper one changes over the grid; more than once shows how near
 *     to each other they are
 */
public record Crossover(
    String kernel,
    long mappedPages,
    PagePattern pattern,
    String queue,
    String scan,
    Kind kind,
    int below,
    int above,
    long pages,
    int crossings) {

  /** How two strategies stand to each other over the changed pages of a grid. */
  public enum Kind {
    /** The queue is cheaper with fewer changed pages, the scan with more. */
    CROSSES,
    /** The queue is cheaper with as many as the grid has. */
    NEVER,
    /** The scan is cheaper already with the fewest that the grid has. */
    ALWAYS
  }
}
