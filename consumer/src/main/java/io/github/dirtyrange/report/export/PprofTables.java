package io.github.dirtyrange.report.export;

import it.unimi.dsi.fastutil.objects.Object2LongLinkedOpenHashMap;

/** The strings and frames of a pprof profile, each once. A frame is a location and a function. */
final class PprofTables {

  // Profile
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;

  // Location, and its Line
  private static final int LOCATION_ID = 1;
  private static final int LINE = 4;
  private static final int LINE_FUNCTION_ID = 1;

  // Function
  private static final int FUNCTION_ID = 1;
  private static final int FUNCTION_NAME = 2;

  private final Object2LongLinkedOpenHashMap<String> strings = new Object2LongLinkedOpenHashMap<>();
  private final Object2LongLinkedOpenHashMap<String> frames = new Object2LongLinkedOpenHashMap<>();

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

  /** {@return the number of the location of a frame, from 1 on} */
  long location(String frame) {
    if (!frames.containsKey(frame)) {
      frames.put(frame, frames.size() + 1L);
    }
    return frames.getLong(frame);
  }

  /** Adds all of them. */
  void addTo(ProtoMessage profile) {
    for (String frame : frames.keySet()) {
      long id = frames.getLong(frame);
      ProtoMessage line = new ProtoMessage().number(LINE_FUNCTION_ID, id);
      profile.message(LOCATION, new ProtoMessage().number(LOCATION_ID, id).message(LINE, line));
      profile.message(
          FUNCTION,
          new ProtoMessage().number(FUNCTION_ID, id).number(FUNCTION_NAME, string(frame)));
    }
    strings.keySet().forEach(text -> profile.string(STRING_TABLE, text));
  }
}
