/**
 * Surveys: comparisons at every point of a grid of mapped sizes, changed pages and patterns.
 *
 * <p>Hands out {@code lab.survey.result}; knows nothing of how that is kept or printed.
 */
@NullMarked
package io.github.dirtyrange.lab.survey;

import org.jspecify.annotations.NullMarked;
