/** What is in saved memory, and what differs, as text, as JSON, and as a picture. */
@NullMarked
package io.github.dirtyrange.report.saved;

import org.jspecify.annotations.NullMarked;
