/**
 * What an experiment was to do and what came of it: values, without a kernel behind them, and how
 * people read their numbers.
 */
@NullMarked
package io.github.dirtyrange.lab.result;

import org.jspecify.annotations.NullMarked;
