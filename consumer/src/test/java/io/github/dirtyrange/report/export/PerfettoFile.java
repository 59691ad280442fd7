package io.github.dirtyrange.report.export;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Perfetto trace as protobuf's own parser reads it. It goes by the field numbers of Perfetto's
 * documentation, or by the published definitions, where the system property {@code
 * dirtyrange.perfetto} names a set of descriptors that protoc made of them.
 */
public final class PerfettoFile {

  private final List<Message> packets;
  private final Map<Long, String> eventNames = new HashMap<>();
  private final Map<Long, String> noteNames = new HashMap<>();
  private final Map<Long, Message> tracks = new LinkedHashMap<>();

  /** Parses a file, and holds that every field of it is known. */
  public PerfettoFile(byte[] bytes) throws Exception {
    Message trace = DynamicMessage.parseFrom(trace(), bytes);
    Fields.assertKnown(trace);
    packets = Fields.messages(trace, "packet");
    Message names = Fields.message(packets.get(0), "interned_data");
    Fields.messages(names, "event_names").forEach(name -> intern(name, eventNames));
    Fields.messages(names, "debug_annotation_names").forEach(name -> intern(name, noteNames));
    for (Message packet : packets) {
      if (Fields.has(packet, "track_descriptor")) {
        Message track = Fields.message(packet, "track_descriptor");
        tracks.put(Fields.number(track, "uuid"), track);
      }
    }
  }

  private static void intern(Message name, Map<Long, String> names) {
    assertThat(names.put(Fields.number(name, "iid"), Fields.text(name, "name"))).isNull();
  }

  private static Descriptor trace() throws Exception {
    String published = System.getProperty("dirtyrange.perfetto");
    if (published != null) {
      return Schema.published(Path.of(published), "Trace");
    }
    return new Schema()
        .message("Trace", "1 packet repeated TracePacket")
        .message(
            "TracePacket",
            "6 clock_snapshot ClockSnapshot",
            "8 timestamp uint64",
            "10 trusted_packet_sequence_id uint32",
            "11 track_event TrackEvent",
            "12 interned_data InternedData",
            "13 sequence_flags uint32",
            "59 trace_packet_defaults TracePacketDefaults",
            "60 track_descriptor TrackDescriptor",
            "87 first_packet_on_sequence bool")
        .message("TracePacketDefaults", "58 timestamp_clock_id uint32")
        .message("ClockSnapshot", "1 clocks repeated Clock", "2 primary_trace_clock uint32")
        .message("Clock", "1 clock_id uint32", "2 timestamp uint64")
        .message(
            "InternedData",
            "1 event_categories repeated InternedName",
            "2 event_names repeated InternedName",
            "3 debug_annotation_names repeated InternedName")
        .message("InternedName", "1 iid uint64", "2 name string")
        .message(
            "TrackDescriptor",
            "1 uuid uint64",
            "2 name string",
            "3 process ProcessDescriptor",
            "4 thread ThreadDescriptor",
            "5 parent_uuid uint64",
            "8 counter CounterDescriptor")
        .message("ProcessDescriptor", "1 pid int32", "6 process_name string")
        .message("ThreadDescriptor", "1 pid int32", "2 tid int64", "5 thread_name string")
        .message("CounterDescriptor", "6 unit_name string")
        .enumeration(
            "Type",
            "0 TYPE_UNSPECIFIED",
            "1 TYPE_SLICE_BEGIN",
            "2 TYPE_SLICE_END",
            "3 TYPE_INSTANT",
            "4 TYPE_COUNTER")
        .message(
            "TrackEvent",
            "3 category_iids repeated uint64",
            "4 debug_annotations repeated DebugAnnotation",
            "9 type enum Type",
            "10 name_iid uint64",
            "11 track_uuid uint64",
            "30 counter_value int64")
        .message(
            "DebugAnnotation",
            "1 name_iid uint64",
            "3 uint_value uint64",
            "6 string_value string",
            "7 pointer_value uint64")
        .named("Trace");
  }

  List<Message> packets() {
    return packets;
  }

  /** {@return where each track lies, from the outermost on, as "p (7) > pages changed > [heap]"} */
  public List<String> tracks() {
    return tracks.values().stream().map(this::path).toList();
  }

  private String path(Message track) {
    String name = name(track);
    Message parent = tracks.get(Fields.number(track, "parent_uuid"));
    return parent == null ? name : path(parent) + " > " + name;
  }

  private static String name(Message track) {
    if (Fields.has(track, "process")) {
      Message process = Fields.message(track, "process");
      return Fields.text(process, "process_name") + " (" + Fields.text(process, "pid") + ")";
    }
    if (Fields.has(track, "thread")) {
      Message thread = Fields.message(track, "thread");
      return Fields.text(thread, "thread_name") + " [" + Fields.text(thread, "tid") + "]";
    }
    return Fields.text(track, "name");
  }

  /** {@return what happens on a track: "50 begin round", "60 end", "40 = 7", "40 mmap"} */
  public List<String> on(String track) {
    return packets.stream()
        .filter(packet -> Fields.has(packet, "track_event"))
        .filter(packet -> trackOf(packet).equals(track))
        .map(this::told)
        .toList();
  }

  private String trackOf(Message packet) {
    long uuid = Fields.number(Fields.message(packet, "track_event"), "track_uuid");
    return path(requireNonNull(tracks.get(uuid), "a track that is described"));
  }

  private String told(Message packet) {
    Message event = Fields.message(packet, "track_event");
    String at = Fields.text(packet, "timestamp");
    return switch (Fields.text(event, "type")) {
      case "TYPE_SLICE_BEGIN" -> at + " begin " + eventName(event);
      case "TYPE_SLICE_END" -> at + " end";
      case "TYPE_COUNTER" -> at + " = " + Fields.text(event, "counter_value");
      case "TYPE_INSTANT" -> at + " " + eventName(event);
      default -> throw new AssertionError(event);
    };
  }

  private String eventName(Message event) {
    return eventNames.getOrDefault(Fields.number(event, "name_iid"), "");
  }

  /** {@return the numbers and words of the events of a name, one after the other} */
  public List<Map<String, String>> notes(String name) {
    return packets.stream()
        .filter(packet -> Fields.has(packet, "track_event"))
        .map(packet -> Fields.message(packet, "track_event"))
        .filter(event -> name.equals(eventName(event)))
        .map(this::notes)
        .toList();
  }

  private Map<String, String> notes(Message event) {
    Map<String, String> notes = new LinkedHashMap<>();
    for (Message note : Fields.messages(event, "debug_annotations")) {
      notes.put(noteNames.get(Fields.number(note, "name_iid")), value(note));
    }
    return notes;
  }

  private static String value(Message note) {
    for (String kind : List.of("uint_value", "string_value")) {
      if (Fields.has(note, kind)) {
        return Fields.text(note, kind);
      }
    }
    return "0x" + Long.toHexString(Fields.number(note, "pointer_value"));
  }
}
