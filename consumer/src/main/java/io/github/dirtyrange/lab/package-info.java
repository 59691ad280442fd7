/**
 * Experiments: a kernel with a workload on it, strategies that take turns to find what was written,
 * and a judge who compares their answers and the copied pages with the truth.
 *
 * <p>Hands out {@code lab.result}; knows nothing of how that is printed.
 */
@NullMarked
package io.github.dirtyrange.lab;

import org.jspecify.annotations.NullMarked;
