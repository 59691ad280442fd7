/**
 * Results as one HTML file that needs nothing else: charts, and the same numbers as tables. Knows
 * results only.
 */
@NullMarked
package io.github.dirtyrange.report.html;

import org.jspecify.annotations.NullMarked;
