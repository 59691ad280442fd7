package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.Cost;

/**
 * What a step was measured to cost. Each repetition gives one value; the median stands for all.
 *
 * @param cost the step
 * @param nanos the median, a unit of the step
 * @param lowNanos a quarter of the repetitions gave no more
 * @param highNanos three quarters of them gave no more
 * @param repetitions how many there were
 * @param method how it was measured, in a few words
 */
public record MeasuredCost(
    Cost cost, double nanos, double lowNanos, double highNanos, int repetitions, String method) {}
