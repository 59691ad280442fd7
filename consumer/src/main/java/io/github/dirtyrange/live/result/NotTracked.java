package io.github.dirtyrange.live.result;

/**
 * Memory of which not every change is seen.
 *
 * @param mapping the mapping's name
 * @param why for people
 */
public record NotTracked(String mapping, String why) {}
