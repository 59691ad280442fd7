package io.github.dirtyrange.linux.bpf;

/**
 * The maps that programs refer to.
 *
 * @param state the descriptor of {@link StateMap}
 * @param ring the descriptor of {@link RecordRing}
 */
record RecordMaps(int state, int ring) {}
