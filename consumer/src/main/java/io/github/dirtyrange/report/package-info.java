/**
 * Results as text: a table for people, JSON and CSV for programs. Knows results only, not how they
 * came about.
 */
@NullMarked
package io.github.dirtyrange.report;

import org.jspecify.annotations.NullMarked;
