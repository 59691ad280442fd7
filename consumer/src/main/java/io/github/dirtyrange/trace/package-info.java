/**
 * Page-change traces: which pages of a process changed round by round, as a file that is compact
 * and says where it is damaged (docs/traces.md), and as what perf and valgrind print. Values of
 * {@code live.result} in and out; knows nothing of how they come about.
 */
@NullMarked
package io.github.dirtyrange.trace;

import org.jspecify.annotations.NullMarked;
