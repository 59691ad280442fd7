package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * All that a generation's index says.
 *
 * @param id of the generation
 * @param number of the generation, from 1 on
 * @param header what was told first
 * @param notes what else is told of the process, in bytes that mean something to who told them
 * @param replaced the generations that were merged into it, and are not needed any more
 * @param mappings ascending
 * @param sources the generations that {@link PageClass#SAME} names
 * @param parts the files of its pages, one at least
 * @param ranges ascending; they cover each mapping
 * @param checksums of the pages that the generation stores, in their order
 */
record Index(
    UUID id,
    long number,
    GenerationHeader header,
    ByteBuffer notes,
    List<UUID> replaced,
    List<SavedMapping> mappings,
    List<UUID> sources,
    List<PagesPart> parts,
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

  /** {@return how long the files of pages are, taken together} */
  long pagesBytes() {
    return parts.stream().mapToLong(PagesPart::bytes).sum();
  }

  /** {@return which file has a page that is stored} */
  int partOf(long pageIndex) {
    int part = 0;
    while (pageIndex >= parts.get(part).endPage()) {
      part++;
    }
    return part;
  }

  List<SavedMapping> readOnlyMappings() {
    return Collections.unmodifiableList(mappings);
  }
}
