package io.github.dirtyrange.live.result;

/**
 * How many pages changed in mappings of one name.
 *
 * @param mapping the name
 * @param pages how many, a page that changed in two rounds twice
 */
public record MappingShare(String mapping, long pages) {}
