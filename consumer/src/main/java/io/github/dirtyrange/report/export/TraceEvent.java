package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.Pages;

/** A TrackEvent of a Perfetto trace. */
final class TraceEvent {

  /** The category that all events have. */
  static final long CATEGORY_IID = 1;

  // TrackEvent
  private static final int CATEGORY_IIDS = 3;
  private static final int DEBUG_ANNOTATIONS = 4;
  private static final int TYPE = 9;
  private static final int NAME_IID = 10;
  private static final int TRACK_UUID = 11;
  private static final int COUNTER_VALUE = 30;

  // TrackEvent.Type
  private static final int SLICE_BEGIN = 1;
  private static final int SLICE_END = 2;
  private static final int INSTANT = 3;
  private static final int COUNTER = 4;

  // DebugAnnotation
  private static final int ANNOTATION_NAME_IID = 1;
  private static final int UINT_VALUE = 3;
  private static final int STRING_VALUE = 6;
  private static final int POINTER_VALUE = 7;

  private final ProtoMessage message = new ProtoMessage();

  private TraceEvent(int type, long trackUuid) {
    message.number(TYPE, type).number(TRACK_UUID, trackUuid);
  }

  /** {@return the beginning of a slice} */
  static TraceEvent begin(long trackUuid, TraceName name) {
    return new TraceEvent(SLICE_BEGIN, trackUuid).named(name);
  }

  /** {@return the end of the slice that began last on a track} */
  static TraceEvent end(long trackUuid) {
    return new TraceEvent(SLICE_END, trackUuid);
  }

  /** {@return something that happened at a moment} */
  static TraceEvent instant(long trackUuid, TraceName name) {
    return new TraceEvent(INSTANT, trackUuid).named(name);
  }

  /** {@return what a counter is from a moment on} */
  static TraceEvent counter(long trackUuid, long value) {
    TraceEvent event = new TraceEvent(COUNTER, trackUuid);
    event.message.number(COUNTER_VALUE, value);
    return event;
  }

  private TraceEvent named(TraceName name) {
    message.number(CATEGORY_IIDS, CATEGORY_IID).number(NAME_IID, name.iid());
    return this;
  }

  /** Adds a number that is not negative. */
  TraceEvent note(TraceNote note, long value) {
    return annotation(annotated(note).number(UINT_VALUE, value));
  }

  /** Adds a word. */
  TraceEvent note(TraceNote note, String value) {
    return annotation(annotated(note).string(STRING_VALUE, value));
  }

  /** Adds the address of a page. */
  TraceEvent noteAddress(TraceNote note, long vpn) {
    return annotation(annotated(note).number(POINTER_VALUE, Pages.address(vpn)));
  }

  private static ProtoMessage annotated(TraceNote note) {
    return new ProtoMessage().number(ANNOTATION_NAME_IID, note.iid());
  }

  private TraceEvent annotation(ProtoMessage annotation) {
    message.message(DEBUG_ANNOTATIONS, annotation);
    return this;
  }

  /** {@return the message} */
  ProtoMessage message() {
    return message;
  }
}
