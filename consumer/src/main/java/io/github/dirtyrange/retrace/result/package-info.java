/** What came of replaying a trace: values. */
@NullMarked
package io.github.dirtyrange.retrace.result;

import org.jspecify.annotations.NullMarked;
