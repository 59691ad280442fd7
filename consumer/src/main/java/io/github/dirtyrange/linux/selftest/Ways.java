package io.github.dirtyrange.linux.selftest;

import java.util.List;
import java.util.stream.Stream;

/** Ways to change pages that need nothing but system calls of the process whose pages they are. */
final class Ways {

  static final List<ChangeWay> ALL =
      Stream.of(
              AccessWays.faults(),
              AccessWays.calls(),
              MappingWays.mappings(),
              ReclaimWays.reclaimed(),
              HugePageWays.hugePages(),
              FileWays.files(),
              UserfaultfdWays.userfaultfds())
          .flatMap(List::stream)
          .toList();

  private Ways() {}
}
