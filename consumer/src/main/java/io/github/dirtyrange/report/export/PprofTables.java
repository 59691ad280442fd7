package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import it.unimi.dsi.fastutil.objects.Object2LongLinkedOpenHashMap;

/**
 * What samples of a pprof profile refer to by number, each once: strings, functions, mappings, and
 * locations, which are frames. A frame that is no code has a location without an address.
 */
final class PprofTables {

  // Profile
  private static final int MAPPING = 3;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;

  // Mapping
  private static final int MAPPING_ID = 1;
  private static final int MEMORY_START = 2;
  private static final int MEMORY_LIMIT = 3;
  private static final int FILE_OFFSET = 4;
  private static final int FILENAME = 5;
  private static final int HAS_FUNCTIONS = 7;

  // Location, and its Line
  private static final int LOCATION_ID = 1;
  private static final int LOCATION_MAPPING_ID = 2;
  private static final int ADDRESS = 3;
  private static final int LINE = 4;
  private static final int LINE_FUNCTION_ID = 1;

  // Function
  private static final int FUNCTION_ID = 1;
  private static final int FUNCTION_NAME = 2;
  private static final int SYSTEM_NAME = 3;

  private final Object2LongLinkedOpenHashMap<String> strings = new Object2LongLinkedOpenHashMap<>();
  private final Object2LongLinkedOpenHashMap<String> functions =
      new Object2LongLinkedOpenHashMap<>();
  private final Object2LongLinkedOpenHashMap<Mapped> mappings =
      new Object2LongLinkedOpenHashMap<>();
  private final Object2LongLinkedOpenHashMap<Frame> frames = new Object2LongLinkedOpenHashMap<>();

  /** Processes may have mapped different files to one address. */
  private record Mapped(String process, Vma mapping) {}

  /** Code has its function's number as well, which is that of its name. */
  private record Frame(long function, long mapping, long address) {}

  /** Has the empty string, which must be the first. */
  PprofTables() {
    string("");
  }

  /** {@return the number of a string} */
  long string(String text) {
    if (!strings.containsKey(text)) {
      strings.put(text, strings.size());
    }
    return strings.getLong(text);
  }

  /** {@return the number of the location of a frame that is no code, from 1 on} */
  long location(String frame) {
    return numbered(frames, new Frame(numbered(functions, frame), 0, 0));
  }

  /** {@return the number of the location of code of a process, from 1 on} */
  long location(String process, CodePlace place) {
    Vma mapping = place.mapping();
    long function = numbered(functions, FrameName.of(place));
    long mapped = mapping == null ? 0 : numbered(mappings, new Mapped(process, mapping));
    return numbered(frames, new Frame(function, mapped, place.address()));
  }

  private static <K> long numbered(Object2LongLinkedOpenHashMap<K> numbers, K key) {
    if (!numbers.containsKey(key)) {
      numbers.put(key, numbers.size() + 1L);
    }
    return numbers.getLong(key);
  }

  /** Adds all of them. */
  void addTo(ProtoMessage profile) {
    mappings.keySet().forEach(key -> profile.message(MAPPING, mapping(key)));
    frames.keySet().forEach(key -> profile.message(LOCATION, location(key)));
    functions.keySet().forEach(key -> profile.message(FUNCTION, function(key)));
    strings.keySet().forEach(text -> profile.string(STRING_TABLE, text));
  }

  private ProtoMessage mapping(Mapped key) {
    Vma mapping = key.mapping();
    return new ProtoMessage()
        .number(MAPPING_ID, mappings.getLong(key))
        .number(MEMORY_START, Pages.address(mapping.startVpn()))
        .number(MEMORY_LIMIT, Pages.address(mapping.endVpn()))
        .number(FILE_OFFSET, mapping.offsetBytes())
        .number(FILENAME, string(mapping.path()))
        .number(HAS_FUNCTIONS, 1);
  }

  private ProtoMessage location(Frame key) {
    ProtoMessage location = new ProtoMessage().number(LOCATION_ID, frames.getLong(key));
    if (key.mapping() != 0) {
      location.number(LOCATION_MAPPING_ID, key.mapping());
    }
    if (key.address() != 0) {
      location.number(ADDRESS, key.address());
    }
    return location.message(LINE, new ProtoMessage().number(LINE_FUNCTION_ID, key.function()));
  }

  /** As pprof has it, the name that is the same as the system's is one to be demangled. */
  private ProtoMessage function(String name) {
    return new ProtoMessage()
        .number(FUNCTION_ID, functions.getLong(name))
        .number(FUNCTION_NAME, string(name))
        .number(SYSTEM_NAME, string(name));
  }
}
