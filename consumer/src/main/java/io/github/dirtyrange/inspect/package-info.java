/**
 * Saved memory looked into: what there is, what differs, where something is, its bytes. By the
 * interfaces of the room saved alone, whoever saved it.
 */
@NullMarked
package io.github.dirtyrange.inspect;

import org.jspecify.annotations.NullMarked;
