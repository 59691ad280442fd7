package io.github.dirtyrange.lab.result;

/**
 * A live process that strategies were compared on.
 *
 * @param pid its number
 * @param name what it is called
 * @param mappedPages pages that it had mapped at the last stop
 * @param presentPages of these, the pages in memory
 */
public record TargetProcess(int pid, String name, long mappedPages, long presentPages) {}
