/** How fast snapshots are written; docs/snapshot-speed.md has the commands and the tables. */
@NullMarked
package io.github.dirtyrange.bench.store;

import org.jspecify.annotations.NullMarked;
