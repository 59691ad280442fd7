/**
 * Experiments: workloads that write known pages, the comparison of strategies on them, and reports.
 *
 * <p>May use every other package but {@code cli}. Of {@code linux} it uses only what a workload's
 * own process needs, in classes that no experiment on the simulated kernel loads.
 */
@NullMarked
package io.github.dirtyrange.lab;

import org.jspecify.annotations.NullMarked;
