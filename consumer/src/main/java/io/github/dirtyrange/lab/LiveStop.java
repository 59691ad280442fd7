package io.github.dirtyrange.lab;

/**
 * What was seen of a process at one stop.
 *
 * @param page what its page table said before a strategy answered
 * @param contents what its private pages held
 */
record LiveStop(WrittenTruth.Look page, PageContents contents) {}
