/**
 * What came of tracking a live process: who was tracked and how, round by round, and in all. Values
 * only; pages are virtual page numbers. Knows {@code kernel}.
 */
@NullMarked
package io.github.dirtyrange.live.result;

import org.jspecify.annotations.NullMarked;
