package io.github.dirtyrange.report.html;

/**
 * Where the numbers of a page come from.
 *
 * @param command what was run, as one types it
 * @param version of this program
 * @param machine that it ran on, and that machine's kernel
 * @param made when, for people
 */
public record Origin(String command, String version, String machine, String made) {}
