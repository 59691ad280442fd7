package io.github.dirtyrange.lab;

/**
 * One sub-round: one strategy alone arms, the workload writes the round's pages, the strategy
 * answers, and only then the workload reveals what it wrote.
 */
@FunctionalInterface
interface Trial {

  /**
   * Lets a strategy find the pages of the current round. Sub-rounds are numbered upwards from 1.
   */
  Outcome run(Contestant contestant, int subRound);
}
