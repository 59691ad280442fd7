package io.github.dirtyrange.linux.bpf;

/**
 * The maps that programs refer to, by their descriptors.
 *
 * @param common what is counted of nobody knows whom, and whose memory it is if there is one alone
 * @param targets by memory, the number of its slot
 * @param slots of each memory, what is recorded and what was lost
 * @param rings of each slot, where records go
 */
record RecordMaps(int common, int targets, int slots, int rings) {}
