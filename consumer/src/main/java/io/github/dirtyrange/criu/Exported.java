package io.github.dirtyrange.criu;

import java.nio.file.Path;

/**
 * What was written of a generation.
 *
 * @param directory its image directory
 * @param written pages whose bytes are in it
 * @param inParent pages that are as in the directory before
 * @param leftOut pages whose bytes are not known
 */
public record Exported(Path directory, long written, long inParent, long leftOut) {}
