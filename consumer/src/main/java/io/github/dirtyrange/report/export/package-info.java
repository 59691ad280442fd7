/**
 * Rounds of a live process as files for programs that people have: a trace for Perfetto, a profile
 * for pprof, stacks for flame graphs. Knows {@code report.live}, {@code live.result} and {@code
 * kernel}.
 */
@NullMarked
package io.github.dirtyrange.report.export;

import org.jspecify.annotations.NullMarked;
