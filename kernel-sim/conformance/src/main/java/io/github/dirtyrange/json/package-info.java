/**
 * Reads JSON that somebody else may have made or damaged: whatever is not as we write it is
 * refused, where a usual reader would make something of it.
 *
 * <p>Knows nothing of what the JSON is about.
 */
@NullMarked
package io.github.dirtyrange.json;

import org.jspecify.annotations.NullMarked;
