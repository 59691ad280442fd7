/**
 * The rounds of a live process as people and programs read them: a line a round, JSON, a map of its
 * memory. Knows results only.
 */
@NullMarked
package io.github.dirtyrange.report.live;

import org.jspecify.annotations.NullMarked;
