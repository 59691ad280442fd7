/** What came of a snapshot: values. */
@NullMarked
package io.github.dirtyrange.snapshot.result;

import org.jspecify.annotations.NullMarked;
