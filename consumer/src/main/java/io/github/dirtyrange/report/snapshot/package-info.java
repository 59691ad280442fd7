/** Snapshots as lines for people and as JSON, a line a generation. Knows results only. */
@NullMarked
package io.github.dirtyrange.report.snapshot;

import org.jspecify.annotations.NullMarked;
