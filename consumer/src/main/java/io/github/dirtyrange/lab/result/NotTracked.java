package io.github.dirtyrange.lab.result;

/**
 * Mapped memory that no verdict is about, or not by every truth.
 *
 * @param mapping the name of the mappings that it is in
 * @param pages how many pages they have
 * @param why why it is left out
 */
public record NotTracked(String mapping, long pages, String why) {}
