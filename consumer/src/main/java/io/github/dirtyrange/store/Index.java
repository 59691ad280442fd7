package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * All that a generation's index says.
 *
 * @param id of the generation
 * @param number of the generation, from 1 on
 * @param header what was told first
 * @param mappings ascending
 * @param sources the generations that {@link PageClass#SAME} names
 * @param ranges ascending; they cover each mapping
 * @param checksums of the pages that the generation stores, in their order
 */
record Index(
    UUID id,
    long number,
    GenerationHeader header,
    List<SavedMapping> mappings,
    List<UUID> sources,
    RangeTable ranges,
    LongArrayList checksums) {

  /** {@return the mapping that has a page, or a name for none} */
  String mappingName(long vpn) {
    int low = 0;
    int high = mappings.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      SavedMapping mapping = mappings.get(middle);
      if (mapping.endVpn() <= vpn) {
        low = middle + 1;
      } else if (mapping.startVpn() > vpn) {
        high = middle - 1;
      } else {
        return mapping.title();
      }
    }
    return "no mapping";
  }

  /** {@return how long the file of pages is} */
  long pagesBytes() {
    return (long) checksums.size() * header.pageSize();
  }

  List<SavedMapping> readOnlyMappings() {
    return Collections.unmodifiableList(mappings);
  }
}
