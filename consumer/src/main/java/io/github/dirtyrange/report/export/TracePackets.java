package io.github.dirtyrange.report.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The packets of a Perfetto trace, one after the other, on one sequence. The first brings the names
 * that later ones only number; each is whole when the next begins, so that a file that ends early
 * can be read up to there.
 */
final class TracePackets {

  /** Any number that other writers of the same trace do not have: "dirt". */
  private static final int SEQUENCE_ID = 0x64697274;

  // Trace
  private static final int PACKET = 1;

  // TracePacket
  private static final int CLOCK_SNAPSHOT = 6;
  private static final int TIMESTAMP = 8;
  private static final int TRUSTED_PACKET_SEQUENCE_ID = 10;
  private static final int TRACK_EVENT = 11;
  private static final int INTERNED_DATA = 12;
  private static final int SEQUENCE_FLAGS = 13;
  private static final int TRACE_PACKET_DEFAULTS = 59;
  private static final int TRACK_DESCRIPTOR = 60;
  private static final int FIRST_PACKET_ON_SEQUENCE = 87;

  // TracePacket.SequenceFlags
  private static final int INCREMENTAL_STATE_CLEARED = 1;
  private static final int NEEDS_INCREMENTAL_STATE = 2;

  // TracePacketDefaults
  private static final int TIMESTAMP_CLOCK_ID = 58;

  // ClockSnapshot, and its Clock
  private static final int CLOCKS = 1;
  private static final int PRIMARY_TRACE_CLOCK = 2;
  private static final int CLOCK_ID = 1;
  private static final int CLOCK_TIMESTAMP = 2;

  // BuiltinClock
  private static final int REALTIME = 1;
  private static final int MONOTONIC = 3;

  // InternedData, and each of its kinds of name
  private static final int EVENT_CATEGORIES = 1;
  private static final int EVENT_NAMES = 2;
  private static final int DEBUG_ANNOTATION_NAMES = 3;
  private static final int IID = 1;
  private static final int NAME = 2;

  private final OutputStream stream;

  TracePackets(OutputStream stream) {
    this.stream = stream;
  }

  /**
   * Begins the trace.
   *
   * @param monotonicNanos CLOCK_MONOTONIC, which all timestamps are of
   * @param realtimeNanos CLOCK_REALTIME at the same moment
   */
  void begin(long monotonicNanos, long realtimeNanos) {
    ProtoMessage clocks =
        new ProtoMessage()
            .message(CLOCKS, clock(MONOTONIC, monotonicNanos))
            .message(CLOCKS, clock(REALTIME, realtimeNanos))
            .number(PRIMARY_TRACE_CLOCK, MONOTONIC);
    write(
        new ProtoMessage()
            .message(CLOCK_SNAPSHOT, clocks)
            .number(TRUSTED_PACKET_SEQUENCE_ID, SEQUENCE_ID)
            .number(SEQUENCE_FLAGS, INCREMENTAL_STATE_CLEARED)
            .number(FIRST_PACKET_ON_SEQUENCE, 1)
            .message(
                TRACE_PACKET_DEFAULTS, new ProtoMessage().number(TIMESTAMP_CLOCK_ID, MONOTONIC))
            .message(INTERNED_DATA, names()));
  }

  private static ProtoMessage clock(int id, long nanos) {
    return new ProtoMessage().number(CLOCK_ID, id).number(CLOCK_TIMESTAMP, nanos);
  }

  private static ProtoMessage names() {
    ProtoMessage names = new ProtoMessage();
    names.message(EVENT_CATEGORIES, numbered(TraceEvent.CATEGORY_IID, "dirtyrange"));
    for (TraceName name : TraceName.values()) {
      names.message(EVENT_NAMES, numbered(name.iid(), name.text()));
    }
    for (TraceNote note : TraceNote.values()) {
      names.message(DEBUG_ANNOTATION_NAMES, numbered(note.iid(), note.text()));
    }
    return names;
  }

  private static ProtoMessage numbered(long iid, String name) {
    return new ProtoMessage().number(IID, iid).string(NAME, name);
  }

  /** Adds a track, or says anew what it is called. */
  void track(ProtoMessage descriptor) {
    write(onSequence().message(TRACK_DESCRIPTOR, descriptor));
  }

  /** Adds what happened at a time of CLOCK_MONOTONIC. */
  void event(long nanos, TraceEvent event) {
    write(onSequence().number(TIMESTAMP, nanos).message(TRACK_EVENT, event.message()));
  }

  private static ProtoMessage onSequence() {
    return new ProtoMessage()
        .number(TRUSTED_PACKET_SEQUENCE_ID, SEQUENCE_ID)
        .number(SEQUENCE_FLAGS, NEEDS_INCREMENTAL_STATE);
  }

  private void write(ProtoMessage packet) {
    try {
      new ProtoMessage().message(PACKET, packet).writeTo(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the file have all that was written. */
  void flush() {
    try {
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
