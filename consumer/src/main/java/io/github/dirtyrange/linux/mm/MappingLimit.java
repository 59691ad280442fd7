package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.linux.sys.Settings;

/**
 * How many mappings a process may have. What is registered does not merge with what is not: beside
 * registered memory a process has more mappings than it would have by itself, and where it reaches
 * the limit, its own mmap(2) fails. So nothing new is registered in the last eighth.
 *
 * @param most {@code vm.max_map_count}
 */
record MappingLimit(int most) {

  private static final int DEFAULT = 65_530;

  static MappingLimit read() {
    return new MappingLimit(Settings.readNumber("vm/max_map_count").orElse(DEFAULT));
  }

  /** {@return whether a process of so many mappings is near its limit} */
  boolean isNear(int mappings) {
    return mappings > most - most / 8;
  }

  /** {@return why nothing more is registered then, for people} */
  String reason() {
    return "the process is near its limit of mappings (vm.max_map_count is " + most + ")";
  }
}
