/** What an experiment was to do and what came of it: values, without a kernel behind them. */
@NullMarked
package io.github.dirtyrange.lab.result;

import org.jspecify.annotations.NullMarked;
